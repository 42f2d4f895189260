/** Where a sign-in ends that came to nothing. A page of Next could not have its status. */
export function GET(request: Request) {
  const error = new URL(request.url).searchParams.get('error')
  // Nothing of the query gets into the page: anybody can write a link.
  const page =
    error === 'unmet_authentication_requirements'
      ? notSignedIn('This link no longer works', '<p>It was used before, or it is too old.</p>')
      : notSignedIn('You were not signed in')
  return new Response(page, { status: 401, headers: { 'content-type': 'text/html; charset=utf-8' } })
}

function notSignedIn(title: string, why = ''): string {
  return `<!doctype html>
    <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>${title}</title>
      <h1>${title}</h1>
      ${why}
      <a href="/signin">Sign in with Baton</a>
    </html>`
}
