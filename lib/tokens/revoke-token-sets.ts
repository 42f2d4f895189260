import { processRevocationResponse, ResponseBodyError, revocationRequest } from 'oauth4webapi'
import type { Logger } from 'pino'
import type { Config } from '#lib/config/load.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import type { Database } from '#lib/db/database.ts'
import {
  endUnusedTokenSets,
  findEndedTokenSets,
  type Lease,
  leaseEnded,
  postpone,
  removeTokenSet,
} from '#lib/db/token-sets.ts'
import { causeText } from '#lib/http/cause-text.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { gather } from '#lib/later/gather.ts'
import type { MetadataCache } from '#lib/providers/metadata.ts'
import { providerClient } from '#lib/providers/provider-client.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { AccessTokenCache } from './access-token-cache.ts'
import type { Endings } from './endings.ts'
import { openTokenSet } from './open-token-set.ts'
import type { TokenSet } from './token-set.ts'

const timeout = 5_000
const leaseSeconds = 15
const atOnce = 16
/** Ended sessions whose token sets are revoked at once; those of more are left to the sweep. */
const fewSessions = 100
/**
 * Seconds until a failed revocation is retried. They double after each failure, up to `mostFailures`.
 */
const firstPause = 15
const mostFailures = 12

export type RevokeNeeds = {
  db: Database
  config: Config
  metadata: MetadataCache
  accessTokens: AccessTokenCache
  log: Logger
}

/**
 * Ends the token sets that only these sessions used, and revokes them at the provider unless `revoke` is
 * false; those of more than a hundred sessions are revoked within a minute, by `revokeEnded`. Token sets that
 * other sessions use stay. Never rejects.
 */
export async function revokeUnused(
  sids: string[],
  needs: RevokeNeeds,
  { revoke = true } = {},
): Promise<void> {
  if (sids.length === 0) return
  try {
    await endUnusedTokenSets(needs.db, sids, { revoke })
    const ids = await findEndedTokenSets(needs.db, sids)
    for (const id of ids) needs.accessTokens.delete(id)
    // Batch after batch of sessions may end, and each would have calls of its own under way.
    if (ids.length > 0 && sids.length <= fewSessions) await revokeEnded(ids, needs)
  } catch (error) {
    logFailure(needs.log, 'revocation.unfinished', { err: error })
  }
}

/**
 * Revokes the token sets that `endings` reports as unused, those of a moment together. Returns what waits for
 * those that were reported.
 */
export function revokeAsTheyEnd(needs: RevokeNeeds & { endings: Endings }): () => Promise<void> {
  const { add, finish } = gather<string>(fewSessions, async (ids) => {
    for (const id of ids) needs.accessTokens.delete(id)
    await revokeEnded(ids, needs).catch((error) =>
      logFailure(needs.log, 'revocation.unfinished', { err: error }),
    )
  })
  needs.endings.on('unused', add)
  return finish
}

/**
 * Revokes ended token sets (these ids, or all for `null`) at their providers and removes them. If a provider
 * cannot be reached, one of the instances retries later. RFC 7009.
 */
export async function revokeEnded(ids: string[] | null, needs: RevokeNeeds): Promise<void> {
  for (;;) {
    const leases = await leaseEnded(needs.db, { ids, limit: atOnce, seconds: leaseSeconds })
    await Promise.all(leases.map((lease) => end(lease, needs)))
    if (leases.length < atOnce) return
  }
}

async function end(lease: Lease & { revokes: boolean }, needs: RevokeNeeds): Promise<void> {
  const { db, log } = needs
  const at = { tokenSet: lease.id, provider: lease.provider }
  try {
    // A token set that the provider has ended, or that no secret opens, is only removed.
    const tokens = lease.revokes && lease.error === null ? await openTokenSet(lease, needs) : undefined
    if (tokens && (await requestRevocation(lease, tokens, needs))) tell(log, 'revocation.done', at)
  } catch (error) {
    if (!isFinal(error) && lease.failures < mostFailures) {
      tell(log, 'revocation.failed', { reason: causeText(error), ...at })
      await postpone(db, lease, firstPause * 2 ** lease.failures)
      return
    }
    tell(log, 'revocation.given_up', { reason: causeText(error), ...at })
  }
  await removeTokenSet(db, lease)
}

// Revokes the refresh token, which ends its grant, or the access token if there is no refresh token; `false`
// when the provider offers no revocation.
async function requestRevocation(
  { provider: id }: Lease,
  { refreshToken, accessToken }: TokenSet,
  { config, metadata }: RevokeNeeds,
): Promise<boolean> {
  const provider = providerOf(id, config)
  const token = refreshToken ?? accessToken
  if (!provider || !token) return false
  const { server, client, authentication, options } = await providerClient(provider, metadata)
  if (!server.revocation_endpoint) return false
  const response = await revocationRequest(server, client, authentication, token, {
    ...options,
    additionalParameters: { token_type_hint: refreshToken ? 'refresh_token' : 'access_token' },
    signal: AbortSignal.timeout(timeout),
  })
  await processRevocationResponse(response)
  return true
}

// A refusal is final; an outage or a request to slow down is worth another attempt.
function isFinal(error: unknown): boolean {
  return error instanceof ResponseBodyError && error.status < 500 && ![408, 429].includes(error.status)
}
