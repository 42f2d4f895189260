import { signedOut } from './answer.ts'
import { authorized } from './authorized.ts'
import type { Context } from './context.ts'
import { BatonError } from './error.ts'
import type { Settings } from './options.ts'
import { refusesBearer } from './refuses-bearer.ts'
import { parseUrl } from './secure-url.ts'
import { assertNotElsewhere, noAnswer, send } from './send.ts'

/**
 * Calls a backend behind Baton's proxy with `fetch` and the web nonce. `input` is a path that begins with
 * `/api/backends/`, or such a URL at Baton. Follows no redirect.
 * Throws `invalid_argument`, `network`, `refused` for a proof alone, `signed_out`, `storage`,
 * `unsupported_response`, and the reason of the caller's own signal.
 */
export function fetchBackend(
  input: string | URL,
  init: RequestInit,
  { settings, sessions }: Context,
): Promise<Response> {
  return sessions.use(async (webNonce) => {
    const url = backendUrl(String(input), settings.baton)
    const redirect = init.redirect === 'error' ? 'error' : 'manual'
    const call = async (carried: Record<string, string>): Promise<Response> => {
      const headers = new Headers(init.headers)
      for (const [name, value] of Object.entries(carried)) headers.set(name, value)
      let response: Response
      try {
        response = await settings.fetch(url, { ...init, headers, redirect, credentials: 'omit' })
      } catch (cause) {
        if (init.signal?.aborted) throw cause
        throw noAnswer(url, cause)
      }
      assertNotElsewhere(response, url)
      return response
    }
    // A stream goes out once: its proof has to have a nonce that is good now.
    if (settings.prover && isStream(init.body)) await renewNonce(webNonce, settings)
    const method = methodOf(init.method)
    const response = await authorized({ method, url, token: webNonce }, settings, call)
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

// As `fetch` sends it (Fetch, section 2.2.1): the proof has to name the same.
function methodOf(method = 'GET'): string {
  return /^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method
}

function isStream(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  // Node's fetch takes all that can be iterated.
  return (
    Symbol.asyncIterator in body || (typeof ReadableStream !== 'undefined' && body instanceof ReadableStream)
  )
}

// Baton gives a new nonce with every answer, refusals included: without a hand-off nonce this is one.
async function renewNonce(token: string, settings: Settings): Promise<void> {
  const url = `${settings.baton}/api/nonce/status`
  await authorized({ method: 'GET', url, token }, settings, (headers) => send(url, { headers }, settings))
}
