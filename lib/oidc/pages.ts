import { randomBytes } from 'node:crypto'
import type { ErrorOut } from 'oidc-provider'
import { standingSession } from '#lib/callers/standing-session.ts'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import type { User } from '#lib/db/users.ts'
import { escapeHtml } from '#lib/http/escape-html.ts'
import { pagePolicy } from '#lib/http/page-headers.ts'
import type { Context } from './types.ts'

// The few pages that the library shows itself, where Next cannot answer. `page-headers.ts` has their other
// headers.

/** Asks whether to sign out; the form is the library's. */
export async function showSignOut(ctx: Context, form: string, person?: User): Promise<void> {
  const name = person?.name ?? person?.email
  const who = name ? `<p>You are signed in here as <bdi>${escapeHtml(name)}</bdi>.</p>` : ''
  const button = '<button name="logout" value="yes">Sign out</button>'
  show(ctx, {
    title: 'Sign out?',
    body: `${who}
<p>You will be signed out here, and of the applications that you opened from here.</p>
${form.replace('</form>', `${button}</form>`)}
<a href="/">Stay signed in</a>`,
  })
}

/** The same where the library would not ask: the form as it would make it. */
export function signOutForm(
  ctx: Context,
  { action, secret, person }: { action: string; secret: string; person: User },
): Promise<void> {
  const field = `<input type="hidden" name="xsrf" value="${escapeHtml(secret)}">`
  return showSignOut(ctx, `<form method="post" action="${escapeHtml(action)}">${field}</form>`, person)
}

/**
 * Confirms a sign-out for which the application gave no address to go back to; says so where a session of
 * Baton's own stands in this browser all the same.
 */
export async function showSignedOut(ctx: Context, needs: { db: Database; config: Config }): Promise<void> {
  const standing = await standingSession(ctx.req, needs)
  if (!standing)
    return show(ctx, {
      title: 'You are signed out',
      body: '<p>You can close this page.</p><a href="/">Go to Baton</a>',
    })
  const { name, email } = standing.user
  show(ctx, {
    title: 'You are still signed in here',
    body: `<p>The application has signed you out. In this browser you are still signed in as
<bdi>${escapeHtml(name ?? email ?? 'before')}</bdi>, and applications can sign you in again without
asking.</p>
<form method="post" action="/sign-out"><button>Sign out here as well</button></form>
<a href="/">Stay signed in</a>`,
  })
}

/** Shows an error that cannot be sent back to an application. */
export async function showError(ctx: Context, { error, error_description = '' }: ErrorOut): Promise<void> {
  show(ctx, {
    title: 'That did not work',
    body: `<p>Go back to the application that you came from and try again.</p>
<p><code>${escapeHtml(error)}</code> ${escapeHtml(error_description)}</p>`,
  })
}

/** Says that it may go better in a moment, and offers to ask once more. */
export function showUnavailable(ctx: Context): void {
  const again = ctx.method === 'GET' ? `<a href="${escapeHtml(ctx.originalUrl)}">Try again</a>` : ''
  show(ctx, {
    title: 'This does not work right now',
    body: `<p>Something that Baton needs does not answer. Nothing is lost; try again shortly.</p>${again}`,
  })
}

function show(ctx: Context, { title, body }: { title: string; body: string }): void {
  const nonce = randomBytes(16).toString('base64url')
  ctx.type = 'html'
  ctx.set('Content-Security-Policy', pagePolicy({ 'default-src': "'none'", 'style-src': `'nonce-${nonce}'` }))
  ctx.body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>
`
}

// A click within half a second of the page's showing was meant for what was there before.
const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; background: Canvas;
  color: CanvasText; }
main { width: min(26rem, 100vw - 3rem); padding: 2rem 0; }
button, a { display: block; box-sizing: border-box; width: 100%; min-height: 2.75rem; margin-top: 1rem;
  padding: .6rem 1rem; border: 1px solid; border-radius: .75rem; font: inherit; text-align: center;
  text-decoration: none; color: inherit; background: none; }
button { background: light-dark(#1d4ed8, #93b4ff); color: light-dark(#fff, #0b1530);
  border-color: transparent; font-weight: 600; cursor: pointer; animation: settle .5s; }
@keyframes settle { from, to { pointer-events: none } }
:focus-visible { outline: 3px solid light-dark(#1d4ed8, #93b4ff); outline-offset: 2px; }`
