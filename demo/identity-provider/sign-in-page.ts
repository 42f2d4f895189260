import type { KoaContextWithOIDC as Context } from 'oidc-provider'
import { escapeHtml } from '../page.ts'
import { showPage } from './page.ts'

const EXACT = 'autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false"'
const DEMO = '<code>demo</code> with password <code>demo</code>'
const BOB = '<code>bob</code> with <code>bob</code>'

type SignInForm = { clientName: string; login?: string; error?: string }

/** Shows the sign-in form, which posts `login` and `password` to the page's own address. */
export function showSignIn(ctx: Context, { clientName, login = '', error }: SignInForm): void {
  const invalid = error ? ' aria-invalid="true" aria-describedby="error"' : ''
  // After a mistake, the focus is on the password.
  const focusLogin = login === '' ? ' autofocus' : ''
  const focusPassword = login === '' ? '' : ' autofocus'

  showPage(ctx, {
    title: 'Sign in',
    body: `<h1>Sign in</h1>
<p class="lead">to continue to ${escapeHtml(clientName)}</p>
${error ? `<p class="error" id="error" role="alert">${escapeHtml(error)}</p>` : ''}
<form method="post">
<label>Login
<input name="login" value="${escapeHtml(login)}" ${EXACT} required${invalid}${focusLogin}>
</label>
<label>Password
<input name="password" type="password" autocomplete="current-password" required${invalid}${focusPassword}>
</label>
<button type="submit">Sign in</button>
</form>
<p class="hint">This is a demo. Sign in as ${DEMO}, or as ${BOB}.</p>`,
  })
}
