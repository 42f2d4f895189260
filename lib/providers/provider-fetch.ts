import { customFetch } from '@auth/core'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'

/** Milliseconds that a provider has for an answer. */
const timeout = 20_000

/** A provider that gives no answer, or says that it cannot; the message says where and what. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** What decides where a call to a provider goes. */
type Addresses = Pick<UpstreamProvider, 'issuer' | 'serverOrigin' | 'endpoints'>

/**
 * `fetch` for the calls that Baton itself makes to a provider: at its `serverOrigin`, where it has one, in
 * place of its issuer's origin. Without a `signal` of the caller's it waits for 20 seconds. Throws
 * `UnreachableError`.
 */
export function providerFetch(addresses: Addresses): typeof fetch {
  return async (input, init) => {
    const url = reachable(String(input instanceof Request ? input.url : input), addresses)
    const signal = init?.signal ?? AbortSignal.timeout(timeout)
    try {
      return await fetch(input instanceof Request ? new Request(url, input) : url, { ...init, signal })
    } catch (cause) {
      throw new UnreachableError(`${addressOf(url)} cannot be reached (${reasonOf(cause)})`, { cause })
    }
  }
}

/** A URL without its query, in which some types put a secret or a token. */
export function addressOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

/** The address at which Baton itself reaches a URL of a provider. */
export function reachable(url: string, { issuer, serverOrigin, endpoints }: Addresses): string {
  const named = URL.parse(issuer ?? endpoints.authorization ?? '')?.origin
  const parsed = new URL(url)
  if (!serverOrigin || parsed.origin !== named) return url
  return serverOrigin + parsed.pathname + parsed.search
}

/**
 * The `fetch` that a plain OAuth type has of its own, as it changes what it sends, else `providerFetch`. With
 * ID tokens a type's own only puts metadata right, which Baton reads itself. Throws `UnreachableError`.
 */
export function typeFetch(provider: UpstreamProvider): typeof fetch {
  const own = (provider.authjs as { [customFetch]?: typeof fetch })[customFetch]
  if (!own || provider.kind === 'oidc') return providerFetch(provider)
  return async (input, init) => {
    try {
      return await own(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(timeout) })
    } catch (cause) {
      const url = String(input instanceof Request ? input.url : input)
      throw new UnreachableError(`${addressOf(url)} cannot be reached (${reasonOf(cause)})`, { cause })
    }
  }
}

function reasonOf(cause: unknown): string {
  const { message, name, cause: inner } = cause as Error & { cause?: NodeJS.ErrnoException }
  if (name === 'TimeoutError') return 'no answer in time'
  // What the outgoing proxy said.
  if (inner instanceof DOMException && inner.cause instanceof Error) return inner.cause.message
  return inner?.code ?? inner?.message ?? message
}
