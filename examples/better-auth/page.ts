type Visitor = { name: string; acr: string | undefined; path: string } | undefined

/** What everybody sees: who is signed in, and a way in or out. */
export function homePage(visitor: Visitor): string {
  if (!visitor) return page('Nobody is signed in', '<a href="/signin">Sign in with Baton</a>')
  return page(
    `Signed in as ${visitor.name}`,
    `<p>You are at <code>${escapeHtml(visitor.path)}</code>.</p>
    <p>How you signed in (<code>acr</code>): <code>${escapeHtml(visitor.acr ?? 'not told')}</code></p>
    <form method="post" action="/signout"><button>Sign out</button></form>`,
  )
}

/** For a nonce that Baton refuses. */
export function refusedPage(): string {
  return page(
    'This link no longer works',
    '<p>It was used before, or it is too old.</p><a href="/signin">Sign in with Baton</a>',
  )
}

/** For a sign-in that came to nothing: it was cancelled, or its answer was loaded a second time. */
export function notSignedInPage(): string {
  return page('You were not signed in', '<a href="/signin">Sign in with Baton</a>')
}

function page(title: string, body: string): string {
  return `<!doctype html>
    <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>${escapeHtml(title)}</title>
      <h1>${escapeHtml(title)}</h1>
      ${body}
    </html>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
