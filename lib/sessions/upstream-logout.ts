import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '#lib/config/load.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import type { Database } from '#lib/db/database.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { findTokenSet } from '#lib/db/token-sets.ts'
import type { MetadataCache } from '#lib/providers/metadata.ts'
import { providerServer } from '#lib/providers/provider-client.ts'
import { openTokenSet } from '#lib/tokens/open-token-set.ts'

/** Milliseconds that a page waits for a provider's metadata. */
const patience = 1_500
/** Characters of an address that fit in a header line of 4 kB, as some proxies allow. */
const longestAddress = 3_500

type Session = Pick<LiveSession, 'kind' | 'provider' | 'tokenSetId'>
type Needs = { db: Database; config: Config; metadata: MetadataCache }

/**
 * Whether a person can sign out at the provider of this session as well: the session owns its sign-in, and
 * the provider has an `end_session_endpoint`, or a configured address for it. `false` when the provider
 * cannot be reached. Never rejects.
 */
export async function offersUpstreamLogout(session: Session, needs: Needs): Promise<boolean> {
  return (await endSessionEndpoint(session, needs)) !== undefined
}

/**
 * The address at which this session's person signs out at the provider. It returns them to `/sign-out` with
 * `state`. The ID token is sent as a hint unless it makes the address too long; then `client_id` alone
 * identifies Baton. Configured parameters go before these; an empty one is left out. `undefined` when the
 * provider does not offer this. OpenID Connect RP-Initiated Logout 1.0, section 2.
 */
export async function upstreamLogoutUrl(
  session: Session,
  state: string,
  needs: Needs,
): Promise<URL | undefined> {
  const found = await endSessionEndpoint(session, needs)
  if (!found) return undefined
  const url = new URL(found.endpoint)
  const standard = {
    client_id: found.clientId,
    post_logout_redirect_uri: `${needs.config.url}/sign-out`,
    state,
  }
  const idToken = await idTokenOf(session, needs)
  const isShort = url.href.length + (idToken?.length ?? 0) < longestAddress - JSON.stringify(standard).length
  const hint = idToken && isShort ? { id_token_hint: idToken } : {}
  for (const [name, value] of Object.entries({ ...standard, ...hint, ...found.parameters }))
    if (value !== '') url.searchParams.set(name, value)
  return url
}

async function endSessionEndpoint({ kind, provider: id }: Session, { config, metadata }: Needs) {
  const provider = kind === 'browser' ? providerOf(id, config) : undefined
  if (!provider) return undefined
  const { clientId, signOut: { url, parameters = {} } = {} } = provider
  if (url) return { endpoint: url, clientId, parameters }
  const late = sleep(patience, undefined, { ref: false })
  const known = await Promise.race([providerServer(provider, metadata).catch(() => undefined), late])
  const endpoint = known?.end_session_endpoint
  return endpoint ? { endpoint, clientId, parameters } : undefined
}

async function idTokenOf({ tokenSetId }: Session, needs: Needs): Promise<string | undefined> {
  const stored = tokenSetId ? await findTokenSet(needs.db, tokenSetId) : undefined
  return stored && (await openTokenSet(stored, needs))?.idToken
}
