import type { Caller } from '#lib/callers/caller.ts'
import { hasSessionCookie } from '#lib/callers/session-cookie.ts'
import { noteEnded, noteShown, seesPage } from '#lib/callers/straight-cookie.ts'
import { straightProvider } from '#lib/config/auto-sign-in.ts'
import type { Config } from '#lib/config/load.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'

type Needs = Pick<Config, 'autoSignIn' | 'providers' | 'url'>
type Request = Pick<Caller, 'method' | 'header'>

/**
 * The provider to which a browser goes that opens the sign-in page, without seeing it; `undefined` where it
 * sees it. A session that lives is no hindrance; of a browser whose session has ended, its person or
 * somebody else wanted that.
 */
export function straightTo(
  request: Request,
  isSignedIn: boolean,
  config: Needs,
): UpstreamProvider | undefined {
  const cookie = request.header('cookie')
  const hasEnded = !isSignedIn && hasSessionCookie(cookie, config)
  if (!isLookedAt(request) || hasEnded || seesPage(cookie, config)) return undefined
  return straightProvider(config)
}

/** The `Set-Cookie` values with which a browser goes on to see the page that it sees now. */
export function stayOnPage(request: Request, isSignedIn: boolean, config: Needs): string[] {
  const cookie = request.header('cookie')
  if (isSignedIn || !isLookedAt(request)) return []
  return hasSessionCookie(cookie, config) ? noteEnded(config) : noteShown(cookie, config)
}

// A sign-in begins where somebody looks at what comes of it alone: no prefetch, picture or frame begins one.
function isLookedAt({ method, header }: Request): boolean {
  const destination = header('sec-fetch-dest')
  const isSeen = method === 'GET' && (destination === undefined || destination === 'document')
  return isSeen && header('sec-purpose') === undefined && header('purpose') !== 'prefetch'
}
