import { type NextRequest, NextResponse } from 'next/server'

/**
 * Sends someone without a session cookie from a page that needs one to sign-in. A convenience alone: the
 * cookie is not even opened here, and every page and route checks the session itself.
 */
export function middleware(request: NextRequest): NextResponse {
  const signedIn = request.cookies
    .getAll()
    .some(({ name }) => /^(__Secure-)?authjs\.session-token(\.\d+)?$/.test(name))
  if (signedIn) return NextResponse.next()
  const { pathname, search } = request.nextUrl
  const signIn = new URL('/sign-in', request.url)
  signIn.searchParams.set('callbackUrl', pathname + search)
  return NextResponse.redirect(signIn, 303)
}

export const config = { matcher: ['/session'] }
