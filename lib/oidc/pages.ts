import { randomBytes } from 'node:crypto'
import type { ErrorOut } from 'oidc-provider'
import type { Context } from './types.ts'

// The few pages that the library shows itself, where Next cannot answer.

/** Asks whether to sign out; the form is the library's. */
export async function showSignOut(ctx: Context, form: string): Promise<void> {
  const button = '<button name="logout" value="yes">Sign out</button>'
  show(ctx, {
    title: 'Sign out?',
    body: `<p>You will be signed out here, and of the applications that you opened from here.</p>
${form.replace('</form>', `${button}</form>`)}
<a href="/">Stay signed in</a>`,
  })
}

/** Confirms a sign-out for which the application gave no address to go back to. */
export async function showSignedOut(ctx: Context): Promise<void> {
  show(ctx, {
    title: 'You are signed out',
    body: '<p>You can close this page.</p><a href="/">Go to Baton</a>',
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

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

function show(ctx: Context, { title, body }: { title: string; body: string }): void {
  const nonce = randomBytes(16).toString('base64url')
  ctx.type = 'html'
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Referrer-Policy', 'no-referrer')
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.set('X-Frame-Options', 'DENY')
  // No form-action: it would also apply to the redirects that follow a form, back to the application's own
  // origin.
  ctx.set(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
  )
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

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; background: Canvas;
  color: CanvasText; }
main { width: min(26rem, 100vw - 3rem); padding: 2rem 0; }
button, a { display: block; box-sizing: border-box; width: 100%; min-height: 2.75rem; margin-top: 1rem;
  padding: .6rem 1rem; border: 1px solid; border-radius: .75rem; font: inherit; text-align: center;
  text-decoration: none; color: inherit; background: none; }
button { background: light-dark(#1d4ed8, #93b4ff); color: light-dark(#fff, #0b1530);
  border-color: transparent; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid light-dark(#1d4ed8, #93b4ff); outline-offset: 2px; }`
