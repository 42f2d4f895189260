import { endpointUrl } from '#lib/config/endpoint-url.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { providerFetch } from './provider-fetch.ts'
import { UserAnswerError } from './user-answer.ts'

type Claims = Record<string, unknown>
type Address = { email?: unknown; primary?: unknown; verified?: unknown }

/**
 * The answer of a user API in the words of OpenID Connect: the address that counts in `email`, and whether it
 * is verified in `email_verified`. Discord has another word for that; GitHub has a profile address that
 * anybody may write, and a list that tells the primary, verified one.
 * https://docs.github.com/rest/users/emails
 */
export async function withVerifiedAddress(
  provider: UpstreamProvider,
  claims: Claims,
  accessToken = '',
): Promise<Claims> {
  if (provider.type === 'discord') return { ...claims, email_verified: claims.verified === true }
  const userApi = endpointUrl(provider.authjs.userinfo)
  if (provider.type !== 'github' || !userApi) return claims
  const { email_verified: _, ...rest } = claims
  const isNeeded = provider.allow?.emails ?? provider.allow?.emailDomains
  const primary = await primaryOf(`${userApi}/emails`, accessToken, provider).catch((error) => {
    // An outage is no word about an address.
    if (isNeeded) throw error
  })
  return primary ? { ...rest, email: primary, email_verified: true } : rest
}

async function primaryOf(
  url: string,
  accessToken: string,
  provider: UpstreamProvider,
): Promise<string | undefined> {
  const response = await providerFetch(provider, 'userinfo')(url, {
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json', 'user-agent': 'baton' },
  })
  const { status, headers } = response
  // GitHub answers 403 where the scope is missing, and where one asks too often.
  const isLimited = headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after')
  if (status >= 500 || status === 429 || (status === 403 && isLimited))
    throw new UserAnswerError(`${url} answers ${status}; expected 200`, { isTemporary: true })
  const addresses: unknown = response.ok ? await response.json() : []
  const primary = (Array.isArray(addresses) ? (addresses as Address[]) : []).find(
    (address) => address?.primary === true && address.verified === true,
  )
  return typeof primary?.email === 'string' ? primary.email : undefined
}
