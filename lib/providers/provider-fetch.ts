import { customFetch } from '@auth/core'
import type { AuthorizationServer } from 'oauth4webapi'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { callAt, inProviderCall, type ProviderCall } from './provider-call.ts'

/** Milliseconds that a provider has for an answer. */
const timeout = 20_000

/** A provider that gives no answer, or says that it cannot; the message says where and what. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** What decides where a call to a provider goes. */
type Addresses = Pick<UpstreamProvider, 'issuer' | 'serverOrigin' | 'endpoints'> & { id?: string }

/**
 * `fetch` for the calls that Baton itself makes to a provider: at its `serverOrigin`, where it has one, in
 * place of its issuer's origin. Without a `signal` of the caller's it waits for 20 seconds. `call` is what is
 * called there. Throws `UnreachableError`.
 */
export function providerFetch(addresses: Addresses, call: ProviderCall): typeof fetch {
  return async (input, init) => {
    const url = reachable(urlOf(input), addresses)
    const target = input instanceof Request ? new Request(url, input) : url
    return asked(url, { call, provider: addresses.id }, init, (given) => fetch(target, given))
  }
}

type About = { call: ProviderCall; provider: string | undefined }

async function asked(
  url: string,
  about: About,
  init: RequestInit | undefined,
  ask: (init: RequestInit) => Promise<Response>,
): Promise<Response> {
  const signal = init?.signal ?? AbortSignal.timeout(timeout)
  const called = { ...about, url, method: init?.method }
  try {
    return await inProviderCall(
      called,
      () => ask({ ...init, signal }),
      ({ status }) => status,
    )
  } catch (cause) {
    throw new UnreachableError(`${addressOf(url)} cannot be reached (${reasonOf(cause)})`, { cause })
  }
}

function urlOf(input: Parameters<typeof fetch>[0]): string {
  return String(input instanceof Request ? input.url : input)
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
 * ID tokens a type's own only puts metadata right, which Baton reads itself. `server` is the provider's
 * metadata. Throws `UnreachableError`.
 */
export function typeFetch(provider: UpstreamProvider, server: AuthorizationServer): typeof fetch {
  const own = (provider.authjs as { [customFetch]?: typeof fetch })[customFetch]
  return async (input, init) => {
    const url = urlOf(input)
    const call = callAt(url, server)
    if (!own || provider.kind === 'oidc') return providerFetch(provider, call)(input, init)
    return asked(url, { call, provider: provider.id }, init, (given) => own(input, given))
  }
}

function reasonOf(cause: unknown): string {
  const { message, name, cause: inner } = cause as Error & { cause?: NodeJS.ErrnoException }
  if (name === 'TimeoutError') return 'no answer in time'
  // What the outgoing proxy said.
  if (inner instanceof DOMException && inner.cause instanceof Error) return inner.cause.message
  return inner?.code ?? inner?.message ?? message
}
