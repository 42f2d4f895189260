import { signedOut } from './answer.ts'
import type { Context } from './context.ts'
import { BatonError } from './error.ts'
import { refusesBearer } from './refuses-bearer.ts'
import { parseUrl } from './secure-url.ts'
import { assertNotElsewhere, noAnswer } from './send.ts'

/**
 * `fetch` for backends behind Baton's proxy, with the web nonce as bearer; `input` is a path from `/api/backends/` on, or such a
 * URL at Baton. No redirect is followed. Throws `invalid_argument`, `network`, `signed_out`, `storage`, `unsupported_response`, and
 * what the caller's own signal says.
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

// The web nonce is for Baton alone, so what is checked here is what is fetched: the address after it was resolved.
function backendUrl(input: string, baton: string): string {
  const url = parseUrl(input.startsWith('/') ? `${baton}${input}` : input)
  const isBackend = url && url.origin === baton && !url.username && !url.password
  if (isBackend && url.pathname.startsWith('/api/backends/')) return url.href
  throw new BatonError('invalid_argument', "input must be under /api/backends/ of Baton's own origin")
}
