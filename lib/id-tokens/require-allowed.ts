import { type Door, mayEnter } from '#lib/accounts/allowed.ts'
import type { Config } from '#lib/config/load.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { IdToken } from './verify-id-token.ts'

/** Ends what a person has here who is refused at a door. */
export type EndOthers = (
  person: { issuer: string; subject: string },
  door: Door,
  claims: Record<string, unknown>,
) => Promise<void>

/**
 * Refuses the ID token of somebody whom `allow` does not let in, and ends what they have here. Throws
 * `access_denied`.
 */
export async function requireAllowed(
  { issuer, subject, claims }: Pick<IdToken, 'issuer' | 'subject' | 'claims'>,
  { config, endOthers }: { config: Pick<Config, 'providers' | 'trustedIssuers'>; endOthers: EndOthers },
): Promise<void> {
  const door = { issuer }
  if (mayEnter(claims, door, config)) return
  await endOthers({ issuer, subject }, door, claims)
  throw new OAuthError('access_denied', 'this account is not let in here')
}
