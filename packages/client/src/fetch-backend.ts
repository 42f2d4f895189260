import { signedOut } from './answer.ts'
import type { Context } from './context.ts'
import { BatonError } from './error.ts'
import { refusesBearer } from './refuses-bearer.ts'
import { parseUrl } from './secure-url.ts'
import { assertNotElsewhere, noAnswer } from './send.ts'

/**
 * Calls a backend behind Baton's proxy with `fetch` and the web nonce as bearer token. `input` is a path that
 * begins with `/api/backends/`, or such a URL at Baton. Follows no redirect.
 * Throws `invalid_argument`, `network`, `signed_out`, `storage`, `unsupported_response`, and the reason of
 * the caller's own signal.
 */
export function fetchBackend(
  input: string | URL,
  init: RequestInit,
  { settings, sessions }: Context,
): Promise<Response> {
  return sessions.use(async (webNonce) => {
    const url = backendUrl(String(input), settings.baton)
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${webNonce}`)
    const redirect = init.redirect === 'error' ? 'error' : 'manual'
    let response: Response
    try {
      response = await settings.fetch(url, { ...init, headers, redirect, credentials: 'omit' })
    } catch (cause) {
      if (init.signal?.aborted) throw cause
      throw noAnswer(url, cause)
    }
    assertNotElsewhere(response, url)
    if (!refusesBearer(response)) return response
    await response.body?.cancel()
    throw signedOut(response.status)
  })
}

// Only Baton may get the web nonce, so this checks the address after it was resolved: the one that is
// fetched.
function backendUrl(input: string, baton: string): string {
  const url = parseUrl(input.startsWith('/') ? `${baton}${input}` : input)
  const isBackend = url && url.origin === baton && !url.username && !url.password
  if (isBackend && url.pathname.startsWith('/api/backends/')) return url.href
  throw new BatonError('invalid_argument', "input must be under /api/backends/ of Baton's own origin")
}
