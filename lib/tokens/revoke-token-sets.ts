import { processRevocationResponse, ResponseBodyError, revocationRequest } from 'oauth4webapi'
import { isSecure } from '#lib/config/schema.ts'
import {
  endUnusedTokenSets,
  findEndedTokenSets,
  type Lease,
  leaseEnded,
  postpone,
  removeTokenSet,
} from '#lib/db/token-sets.ts'
import type { Runtime } from '#lib/runtime.ts'
import { openTokenSet } from './open-token-set.ts'
import { providerClient, providerOf } from './provider-client.ts'
import type { TokenSet } from './token-set.ts'

const timeout = 5_000
const leaseSeconds = 15
const atOnce = 16
/** Seconds until a revocation that failed is tried again, doubled by each further failure; after so many it is given up. */
const firstPause = 15
const mostFailures = 12

export type RevokeNeeds = Pick<Runtime, 'db' | 'config' | 'metadata' | 'accessTokens' | 'log'>

/**
 * Ends the token sets that only these sessions used, and revokes them upstream, unless `revoke` is false; what others still use goes on. Never
 * rejects.
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
    if (ids.length > 0) await revokeEnded(ids, needs)
  } catch (error) {
    needs.log.warn({ err: error }, 'token sets of ended sessions wait to be revoked')
  }
}

/**
 * Revokes token sets that have ended, these or all, at their providers (RFC 7009) and removes them. A provider that cannot be reached is
 * tried again later, by whichever instance comes first.
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
    // What the provider has ended itself, and what cannot be read, is only removed.
    const tokens = lease.revokes && lease.error === null ? await openTokenSet(lease, needs) : undefined
    if (tokens && (await requestRevocation(lease, tokens, needs))) log.info(at, 'tokens revoked upstream')
  } catch (error) {
    if (!isFinal(error) && lease.failures < mostFailures) {
      log.warn({ err: error, ...at }, 'the provider could not be told of a sign-out yet')
      await postpone(db, lease, firstPause * 2 ** lease.failures)
      return
    }
    log.error({ err: error, ...at }, 'the provider did not take a revocation')
  }
  await removeTokenSet(db, lease)
}

/** Revokes the refresh token, which ends its grant, or the access token where there is no other; `false` when that is not offered. */
async function requestRevocation(
  { provider: id }: Lease,
  { refreshToken, accessToken }: TokenSet,
  { config, metadata }: RevokeNeeds,
): Promise<boolean> {
  const provider = providerOf(id, config)
  const token = refreshToken ?? accessToken
  if (!provider || !token) return false
  const { server, client, authentication, options } = await providerClient(provider, metadata)
  if (!server.revocation_endpoint || !isSecure(server.revocation_endpoint)) return false
  const response = await revocationRequest(server, client, authentication, token, {
    ...options,
    additionalParameters: { token_type_hint: refreshToken ? 'refresh_token' : 'access_token' },
    signal: AbortSignal.timeout(timeout),
  })
  await processRevocationResponse(response)
  return true
}

// A provider that says no will say so again; one that does not answer, or asks for patience, may say yes.
function isFinal(error: unknown): boolean {
  return error instanceof ResponseBodyError && error.status < 500 && ![408, 429].includes(error.status)
}
