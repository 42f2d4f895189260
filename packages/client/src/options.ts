import { BatonError } from './error.ts'
import type { WebCrypto } from './proof-key.ts'
import { createProver, type Prover } from './prover.ts'
import { isSecure, parseUrl } from './secure-url.ts'
import type { Signer } from './signer.ts'
import { memoryStorage, type Storage } from './storage.ts'

export type IdentityProviderOptions = {
  /** The issuer, spelled as in its metadata (OpenID Connect Discovery, section 4). */
  issuer: string
  /** The app's client at the identity provider: a public client with PKCE. */
  clientId: string
  /** Where the browser returns to the app (RFC 8252, section 7). `beginSignIn` can override it. */
  redirectUri?: string
  /** Default `openid`. */
  scope?: string
}

export type ClientOptions = {
  /** Baton's public origin. */
  batonUrl: string
  /** The app's client at Baton. */
  clientId: string
  /** For confidential clients on a server only. A secret inside an app is not secret. */
  clientSecret?: string
  /** Where people sign in. Not needed for `signInWithIdToken`. */
  identityProvider?: IdentityProviderOptions
  /**
   * A key of this device, such as `webCryptoSigner()`. With it, the web nonce and the access tokens are bound
   * to the key and worth nothing without it (RFC 9449). Default: none; they are bearer tokens.
   */
  signer?: Signer
  /** Default: this process's memory. */
  storage?: Storage
  /** Default: the platform's `fetch`. */
  fetch?: (input: string, init?: RequestInit) => Promise<Response>
  /** Default: the platform's Web Crypto. */
  crypto?: WebCrypto
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number
  /** Timeout of the library's own requests, in milliseconds. Default 30000. */
  timeoutMs?: number
}

export type Settings = {
  baton: string
  clientId: string
  clientSecret: string | undefined
  identityProvider: (IdentityProviderOptions & { scope: string }) | undefined
  prover: Prover | undefined
  storage: Storage
  fetch: NonNullable<ClientOptions['fetch']>
  crypto: WebCrypto | undefined
  now: () => number
  timeoutMs: number
}

/** Checks the options of a client and fills in defaults. Throws `invalid_argument`. */
export function settingsOf(options: ClientOptions): Settings {
  const { batonUrl, clientId, clientSecret, identityProvider, signer, now = Date.now } = options
  const baton = origin(batonUrl)
  const crypto = options.crypto ?? globalThis.crypto
  return {
    baton,
    clientId: text('clientId', clientId),
    clientSecret: clientSecret === undefined ? undefined : text('clientSecret', clientSecret),
    identityProvider: identityProvider && checked(identityProvider),
    prover: signer && createProver(checkedSigner(signer), { baton, crypto, now }),
    storage: options.storage ?? memoryStorage(),
    // Called as a method of `globalThis`: a browser's `fetch` refuses any other `this`.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    crypto,
    now,
    timeoutMs: options.timeoutMs ?? 30_000,
  }
}

function origin(value: string): string {
  const url = parseUrl(value)
  if (!url || !isSecure(url) || url.pathname !== '/' || url.search || url.hash)
    throw new BatonError('invalid_argument', 'batonUrl must be an https origin (http: for loopback only)')
  return url.origin
}

function checked({ scope = 'openid', ...options }: IdentityProviderOptions) {
  const issuer = parseUrl(options.issuer)
  if (!issuer || !isSecure(issuer) || issuer.search || issuer.hash)
    throw new BatonError('invalid_argument', 'issuer must be an https URL (http: for loopback only)')
  text('identityProvider.clientId', options.clientId)
  if (!scope.split(' ').includes('openid'))
    throw new BatonError('invalid_argument', 'scope must contain openid')
  return { ...options, scope }
}

function checkedSigner(signer: Signer): Signer {
  if (typeof signer.publicJwk === 'function' && typeof signer.sign === 'function') return signer
  throw new BatonError('invalid_argument', 'signer must have the functions publicJwk and sign')
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw new BatonError('invalid_argument', `${name} must be a non-empty string`)
}
