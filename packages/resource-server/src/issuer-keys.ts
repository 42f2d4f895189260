import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import { Unavailable } from './errors.ts'
import type { Settings } from './options.ts'
import { isSecure } from './secure-url.ts'

const keepMetadataFor = 3600_000
const timeout = 5000

/**
 * A key finder for one issuer. Metadata is asked for at the first token, kept for an hour, and its `issuer` compared
 * (OpenID Connect Discovery 1.0, section 4.3); keys are kept for ten minutes, and asked for anew for an unknown `kid`
 * at most once in 30 seconds, so that forged tokens cannot make this server hammer the issuer.
 * The finder throws `Unavailable` when the keys cannot be had.
 */
export function createIssuerKeys(
  issuer: string,
  settings: Pick<Settings, 'fetch' | 'clock'>,
): JWTVerifyGetKey {
  const { fetch, clock } = settings
  let known: { jwksUri: Promise<string>; until: number } | undefined
  let keys: { jwksUri: string; find: JWTVerifyGetKey } | undefined

  function jwksUri(): Promise<string> {
    if (known && known.until > clock()) return known.jwksUri
    const discovered = { jwksUri: discover(issuer, fetch), until: clock() + keepMetadataFor }
    known = discovered
    discovered.jwksUri.catch(() => {
      if (known === discovered) known = undefined
    })
    return discovered.jwksUri
  }

  return async (header, token) => {
    try {
      const uri = await jwksUri()
      if (keys?.jwksUri !== uri)
        keys = {
          jwksUri: uri,
          find: createRemoteJWKSet(new URL(uri), { timeoutDuration: timeout, [customFetch]: fetch }),
        }
      return await keys.find(header, token)
    } catch (error) {
      throw isAboutToken(error) ? error : new Unavailable(`the keys of ${issuer}`, error)
    }
  }
}

// What says something of the token is the token's fault; all else (no answer, no JSON, no keys) is the issuer's.
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}

async function discover(issuer: string, fetch: Settings['fetch']): Promise<string> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    headers: { accept: 'application/json' },
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  })
  if (response.status !== 200) throw new Error(`the metadata answered ${response.status}`)
  const metadata = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown } | null
  if (metadata?.issuer !== issuer) throw new Error('the metadata is of another issuer')
  if (typeof metadata.jwks_uri !== 'string' || !isSecure(metadata.jwks_uri))
    throw new Error('the metadata names no jwks_uri that is protected by TLS')
  return metadata.jwks_uri
}
