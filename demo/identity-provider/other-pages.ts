import type { KoaContextWithOIDC as Context, ErrorOut } from 'oidc-provider'
import { escapeHtml } from '../page.ts'
import { showPage } from './page.ts'

const SIGN_OUT = '<input type="hidden" name="logout" value="yes"><button type="submit">Sign out</button>'

/** Shows the page that signs out at the identity provider. With JavaScript it submits itself. */
export async function showSignOut(ctx: Context, form: string): Promise<void> {
  showPage(ctx, {
    title: 'Sign out',
    body: `<h1>Signing you out</h1>
<p class="lead">One moment, please.</p>
${form.replace('</form>', `${SIGN_OUT}</form>`)}`,
    script: 'document.forms[0].submit()',
  })
}

/** Shows that the person is signed out, when the client named no address to return to. */
export async function showSignedOut(ctx: Context): Promise<void> {
  showPage(ctx, {
    title: 'Signed out',
    body: '<h1>You are signed out</h1><p class="lead">You can close this page.</p>',
  })
}

/** Shows an error that cannot be sent back to a client. */
export async function showError(
  ctx: Context,
  { error, error_description: description = '' }: ErrorOut,
): Promise<void> {
  showPage(ctx, {
    title: 'That did not work',
    body: `<h1>That did not work</h1>
<p class="lead">Go back to where you came from and try again.</p>
<p class="error"><strong>${escapeHtml(error)}</strong> ${escapeHtml(description)}</p>`,
  })
}
