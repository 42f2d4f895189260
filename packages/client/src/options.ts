import { BatonError } from './error.ts'
import type { WebCrypto } from './proof-key.ts'
import { isSecure, parseUrl } from './secure-url.ts'
import { memoryStorage, type Storage } from './storage.ts'

export type IdentityProviderOptions = {
  /** The issuer as its metadata spells it (OpenID Connect Discovery, section 4). */
  issuer: string
  /** The app's client there: a public one, with PKCE. */
  clientId: string
  /** Where the browser comes back to the app (RFC 8252, section 7). A sign-in may name another. */
  redirectUri?: string
  /** Default `openid`. */
  scope?: string
}

export type ClientOptions = {
  /** The origin of Baton. */
  batonUrl: string
  /** The app's client at Baton. */
  clientId: string
  /** For confidential clients alone, which run on a server: what is in an app is no secret. */
  clientSecret?: string
  /** Where people sign in; without it there is `signInWithIdToken`. */
  identityProvider?: IdentityProviderOptions
  /** Default: the memory of this process. */
  storage?: Storage
  /** Default: the platform's. */
  fetch?: (input: string, init?: RequestInit) => Promise<Response>
  /** Default: the platform's. */
  crypto?: WebCrypto
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number
  /** How long a request of the library's own may take. Default 30000. */
  timeoutMs?: number
}

export type Settings = {
  baton: string
  clientId: string
  clientSecret: string | undefined
  identityProvider: (IdentityProviderOptions & { scope: string }) | undefined
  storage: Storage
  fetch: NonNullable<ClientOptions['fetch']>
  crypto: WebCrypto | undefined
  now: () => number
  timeoutMs: number
}

/** Checks the options of a client and fills in what was left out. Throws `invalid_argument`. */
export function settingsOf(options: ClientOptions): Settings {
  const { batonUrl, clientId, clientSecret, identityProvider } = options
  return {
    baton: origin(batonUrl),
    clientId: text('clientId', clientId),
    clientSecret: clientSecret === undefined ? undefined : text('clientSecret', clientSecret),
    identityProvider: identityProvider && checked(identityProvider),
    storage: options.storage ?? memoryStorage(),
    // Called as a function of its own: a browser's fetch is none of another object.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    crypto: options.crypto ?? globalThis.crypto,
    now: options.now ?? Date.now,
    timeoutMs: options.timeoutMs ?? 30_000,
  }
}

function origin(value: string): string {
  const url = parseUrl(value)
  if (!url || !isSecure(url) || url.pathname !== '/' || url.search || url.hash)
    throw new BatonError('invalid_argument', 'batonUrl must be an https origin (http: loopback alone)')
  return url.origin
}

function checked({ scope = 'openid', ...options }: IdentityProviderOptions) {
  const issuer = parseUrl(options.issuer)
  if (!issuer || !isSecure(issuer) || issuer.search || issuer.hash)
    throw new BatonError('invalid_argument', 'issuer must be an https URL (http: loopback alone)')
  text('identityProvider.clientId', options.clientId)
  if (!scope.split(' ').includes('openid'))
    throw new BatonError('invalid_argument', 'scope must contain openid')
  return { ...options, scope }
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw new BatonError('invalid_argument', `${name} must be a text`)
}
