import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import { Unavailable } from './errors.ts'
import type { Settings } from './options.ts'
import { isSecure } from './secure-url.ts'

const keepMetadataFor = 3600_000
const timeout = 5000

/**
 * Creates a key finder for one issuer. It fetches the metadata at the first token, keeps it for an hour, and
 * compares its `issuer` (OpenID Connect Discovery 1.0, section 4.3). It keeps keys for ten minutes. For an
 * unknown `kid` it fetches them again, at most once in 30 seconds, so that forged tokens cannot make this
 * server flood the issuer.
 * The finder throws `Unavailable` when the keys cannot be fetched.
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

// These errors are about the token. All others (no answer, no JSON, no keys) are about the issuer.
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
  if (metadata?.issuer !== issuer) throw new Error('the metadata belongs to another issuer')
  if (typeof metadata.jwks_uri !== 'string' || !isSecure(metadata.jwks_uri))
    throw new Error('the metadata has no jwks_uri with TLS')
  return metadata.jwks_uri
}
