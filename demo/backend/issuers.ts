import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'

/** The issuer's keys cannot be had right now; the token may be good all the same. */
export class KeysUnavailable extends Error {}

/**
 * Makes a function that gives the keys of one of these issuers, or nothing for any other.
 *
 * Metadata is fetched at the first token of an issuer, and again after a failure, so an issuer that is not there yet does
 * no harm (OpenID Connect Discovery, section 4).
 *
 * @throws {KeysUnavailable} by the function, when the metadata cannot be had.
 */
export function issuerKeys(
  issuers: readonly string[],
): (issuer: string) => Promise<JWTVerifyGetKey | undefined> {
  const known = new Map<string, Promise<JWTVerifyGetKey>>()

  return async (issuer) => {
    if (!issuers.includes(issuer)) return undefined
    let keys = known.get(issuer)
    if (!keys) {
      keys = discover(issuer)
      known.set(issuer, keys)
      keys.catch(() => known.delete(issuer))
    }
    return keys
  }
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  try {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    })
    const metadata = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown }
    if (metadata.issuer !== issuer) throw new Error(`the metadata is of another issuer`)
    return createRemoteJWKSet(new URL(String(metadata.jwks_uri)), { cooldownDuration: 1000 })
  } catch (cause) {
    throw new KeysUnavailable(`no metadata from ${issuer}`, { cause })
  }
}
