import { type NextRequest, NextResponse } from 'next/server'

/**
 * Redirects a request without a session cookie to sign-in. This is only a convenience: it does not open the
 * cookie, and every page and route checks the session itself.
 */
export function middleware(request: NextRequest): NextResponse {
  const signedIn = request.cookies
    .getAll()
    .some(({ name }) => /^(__Host-Http-)?baton\.session(\.\d+)?$/.test(name))
  if (signedIn) return NextResponse.next()
  const { pathname, search } = request.nextUrl
  const signIn = new URL('/sign-in', request.url)
  signIn.searchParams.set('callbackUrl', pathname + search)
  return NextResponse.redirect(signIn, 303)
}

export const config = { matcher: ['/session'] }
