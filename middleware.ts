import { type NextRequest, NextResponse } from 'next/server'

const forms = new Map([
  ['/sessions', '/sessions/post'],
  ['/sign-out', '/sign-out/post'],
])
const ownPages = new Set(['/sessions', '/activity'])
const routes = new Set([...forms.values(), '/sign-in', '/sign-out/provider'])

/**
 * Redirects a request without a session cookie to sign-in. This is only a convenience: it does not open the
 * cookie, and every page and route checks the session itself. Where Next is the entry, it also leads the
 * forms of pages to their routes, which a page's own address has no room for, and refuses all others.
 */
export function middleware(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl
  if (request.method !== 'GET' && request.method !== 'HEAD') return answerForm(pathname, request)
  const signedIn = request.cookies
    .getAll()
    .some(({ name }) => /^(__Host-Http-)?baton\.session(\.\d+)?$/.test(name))
  if (signedIn || !ownPages.has(pathname)) return NextResponse.next()
  const signIn = new URL('/sign-in', request.url)
  signIn.searchParams.set('callbackUrl', pathname + search)
  return NextResponse.redirect(signIn, 303)
}

function answerForm(pathname: string, request: NextRequest): NextResponse {
  const route = forms.get(pathname)
  if (route) return NextResponse.rewrite(new URL(route, request.url))
  if (routes.has(pathname)) return NextResponse.next()
  return new NextResponse(null, { status: 405, headers: { allow: 'GET, HEAD' } })
}

// Besides the pages that need a session: what may be a form, or pretend to call a Server Action. The hand-off
// pages are left out, as they would lose the status that Baton's own server gives them.
export const config = {
  matcher: [
    '/sessions',
    '/activity',
    {
      source: '/((?!api/|_next/|handoff|interaction/).*)',
      has: [{ type: 'header', key: 'content-type' }],
    },
    {
      source: '/((?!api/|_next/|handoff|interaction/).*)',
      has: [{ type: 'header', key: 'next-action' }],
    },
  ],
}
