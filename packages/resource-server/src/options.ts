import { basicAuth } from './basic-auth.ts'
import { type FeedRefused, InvalidConfiguration, type Unavailable } from './errors.ts'
import { isSecure } from './secure-url.ts'

/** An issuer whose JWT access tokens are accepted. */
export type TrustedIssuer = {
  /** The value of `iss`. The metadata is at `/.well-known/openid-configuration` below it. */
  issuer: string
  /** The value that `aud` must contain. */
  audience: string
  /** Default: RS256, PS256, ES256, EdDSA and Ed25519. Never `none` or an HMAC. */
  algorithms?: readonly string[]
  /** The required `typ` in the header. Default: `at+jwt` (RFC 9068, section 2.1). */
  typ?: string
}

export type ResourceServerOptions = {
  /** Baton's public origin. */
  batonUrl: string | URL
  /** This resource server's client id at Baton, for web nonces and the revocation feed. */
  clientId?: string
  clientSecret?: string
  /** The value that `aud` of Baton's own JWTs must contain. Without it Baton's JWTs are refused. */
  audience?: string
  /** The algorithms of Baton's own JWTs. */
  algorithms?: readonly string[]
  /**
   * The public address of this resource server, with the path that a gateway takes off its requests. With it,
   * tokens that are bound to a key are taken, with a proof for this address (RFC 9449); without it they are
   * refused. It never comes from a request.
   */
  publicUrl?: string | URL
  /** More issuers of JWT access tokens. */
  issuers?: readonly TrustedIssuer[]
  /** Whether to listen for revocations. Default: when `clientId` is given. */
  feed?: boolean
  /**
   * Called with errors that callers do not see: Baton or an issuer's keys are unavailable, or Baton refuses
   * the feed.
   */
  onError?: (error: Unavailable | FeedRefused) => void
  fetch?: typeof fetch
  /** Milliseconds since 1970. */
  clock?: () => number
}

/** The checked options with all defaults filled in. */
export type Settings = {
  baton: string
  /** The `iss` of Baton's own tokens. */
  batonIssuer: string
  authorization?: string
  publicUrl: string | undefined
  issuers: readonly Required<TrustedIssuer>[]
  feed: boolean
  onError: (error: Unavailable | FeedRefused) => void
  fetch: typeof fetch
  clock: () => number
}

const defaultAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']

/**
 * The name of an option that is meant to come from the environment and is not there: given, and `undefined`
 * or, as build arguments have it, empty.
 */
export function missingIn(options: ResourceServerOptions): string | undefined {
  const { batonUrl, clientId, clientSecret, audience, publicUrl, issuers = [] } = options
  // TypeScript's `!` after `process.env.…` hides that there may be none.
  if (!batonUrl) return 'batonUrl'
  if (!clientId !== !clientSecret) return clientId ? 'clientSecret' : 'clientId'
  if (publicUrl === '') return 'publicUrl'
  if (issuers.some(({ issuer }) => !issuer)) return 'issuer'
  if (issuers.some((one) => one.audience === undefined)) return 'audience'
  // With none of them no token is valid. Who names none at all has made a mistake.
  if (clientId || audience !== undefined || issuers.length > 0) return undefined
  return (['clientId', 'audience'] as const).find((name) => name in options)
}

/** Checks the options. Throws `InvalidConfiguration`. */
export function settingsOf(options: ResourceServerOptions): Settings {
  const baton = originOf(options.batonUrl)
  const batonIssuer = `${baton}/oidc`
  const authorization = authorizationOf(options)
  const issuers = (options.issuers ?? []).map(checkedIssuer)
  if (options.audience !== undefined)
    issuers.unshift(
      checkedIssuer({ issuer: batonIssuer, audience: options.audience, algorithms: options.algorithms }),
    )
  if (new Set(issuers.map(({ issuer }) => issuer)).size < issuers.length)
    throw new InvalidConfiguration('an issuer is listed twice (audience adds Baton itself)')
  if (!authorization && issuers.length === 0)
    throw new InvalidConfiguration('clientId, audience or issuers is needed: without them no token is valid')
  if (options.feed && !authorization)
    throw new InvalidConfiguration('the feed needs clientId and clientSecret')
  return {
    baton,
    batonIssuer,
    authorization,
    publicUrl: publicUrlOf(options.publicUrl),
    issuers,
    feed: options.feed ?? authorization !== undefined,
    onError: options.onError ?? (() => {}),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    clock: options.clock ?? Date.now,
  }
}

function originOf(batonUrl: string | URL): string {
  const text = String(batonUrl)
  if (!URL.canParse(text)) throw new InvalidConfiguration('batonUrl must be a URL')
  const url = new URL(text)
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password)
    throw new InvalidConfiguration('batonUrl must be an origin, such as https://baton.example')
  if (!isSecure(text)) throw new InvalidConfiguration('batonUrl must be https, or http on a loopback address')
  return url.origin
}

function publicUrlOf(publicUrl: string | URL | undefined): string | undefined {
  if (publicUrl === undefined) return undefined
  const text = String(publicUrl)
  if (!isSecure(text))
    throw new InvalidConfiguration('publicUrl must be https, or http on a loopback address')
  const { origin, pathname, search, hash } = new URL(text)
  if (search || hash) throw new InvalidConfiguration('publicUrl must have neither a query nor a fragment')
  return origin + pathname.replace(/\/+$/, '')
}

function authorizationOf({ clientId, clientSecret }: ResourceServerOptions): string | undefined {
  if (!clientId && !clientSecret) return undefined
  if (!clientId || !clientSecret)
    throw new InvalidConfiguration('clientId and clientSecret must be set together')
  return basicAuth(clientId, clientSecret)
}

function checkedIssuer({ issuer, audience, algorithms, typ }: TrustedIssuer): Required<TrustedIssuer> {
  if (!isSecure(issuer))
    throw new InvalidConfiguration('an issuer must be https, or http on a loopback address')
  // With an empty audience or type, jose would skip the comparison.
  if (!audience || typ === '')
    throw new InvalidConfiguration(`audience and typ of ${issuer} must not be empty`)
  const expected = algorithms ?? defaultAlgorithms
  if (expected.length === 0 || !expected.every(isAsymmetric))
    throw new InvalidConfiguration(`algorithms of ${issuer} must list one or more asymmetric algorithms`)
  return { issuer, audience, algorithms: expected, typ: typ ?? 'at+jwt' }
}

function isAsymmetric(algorithm: string): boolean {
  return /^((RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/.test(algorithm)
}
