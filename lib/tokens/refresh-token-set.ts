import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '#lib/config/load.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import { seal } from '#lib/crypto/seal.ts'
import type { Database } from '#lib/db/database.ts'
import {
  extendLease,
  failTokenSet,
  findTokenSet,
  type Lease,
  postpone,
  releaseLease,
  type StoredTokenSet,
  storeRefreshed,
  takeLease,
} from '#lib/db/token-sets.ts'
import { causeText } from '#lib/http/cause-text.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { explainFailure } from '#lib/providers/explain-failure.ts'
import type { MetadataCache } from '#lib/providers/metadata.ts'
import { providerClient } from '#lib/providers/provider-client.ts'
import { report } from '#lib/telemetry/reports.ts'
import type { Span } from '#lib/telemetry/span.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { inSpan } from '#lib/telemetry/tracer.ts'
import { type AccessTokenCache, type CachedAccessToken, rememberAccessToken } from './access-token-cache.ts'
import type { Endings } from './endings.ts'
import { openTokenSet } from './open-token-set.ts'
import { refreshUnavailable } from './refresh-unavailable.ts'
import { refusedPerson } from './refused-person.ts'
import { MuteRefusal, requestRefresh } from './request-refresh.ts'
import { revokeEnded } from './revoke-token-sets.ts'
import { isAlive, isDue, sealingContext, type TokenSet } from './token-set.ts'

/** Seconds after which another instance may take the lease of a holder that has died. */
const leaseSeconds = 6
/** Milliseconds between renewals of a lease that is held. */
const renewEvery = 2_000
/** Milliseconds between looks at the progress of another lease holder; the first looks come sooner. */
const lookEvery = 100
const firstLook = 10
/** Milliseconds that a caller waits for another lease holder in all. */
const longestWait = 70_000
/** Milliseconds for which storing a refreshed token set is retried: the old refresh token is spent. */
const longestStore = 60_000
const storeEvery = 200
/** Milliseconds that a new lease holder waits for the previous one to write its result. */
const grace = 1_000
/**
 * Refusals of a refresh without a word, one after the other and further and further apart, that end a
 * sign-in: the provider lives, and says no.
 */
const mostMuteRefusals = 6
/** Seconds between refreshes after two failures in a row. A call waits that long for the next refresh. */
const pauseBetween = 1

/** What a refresh needs. */
export type RefreshNeeds = {
  db: Database
  config: Config
  metadata: MetadataCache
  accessTokens: AccessTokenCache
  endings: Endings
  /** Ends the sessions of a person whom `allow` does not let in any more. */
  endRefused(userId: string): Promise<unknown>
  log: Logger
  /** Aborted when the process stops. */
  stopping: AbortSignal
}

/** A token set with an access token that is not due. */
export type Refreshed = {
  tokens: TokenSet
  provider: string
  /** Whether that came of a refresh, here or at another instance, while its caller waited. */
  isNew: boolean
}

/**
 * The token set with an access token that is not due. However many callers and instances there are, only the
 * lease holder refreshes it at its provider: it reads the token set again, refreshes it and stores it. The
 * others wait for the result. No transaction stays open during the refresh. Throws `invalid_token` when the
 * token set can no longer be refreshed, and `temporarily_unavailable` when it cannot be refreshed right now.
 */
export async function refreshTokenSet(id: string, needs: RefreshNeeds): Promise<Refreshed> {
  const found = await read(id, needs)
  const { provider } = found.stored
  if (!isDue(found.known)) return { tokens: found.tokens, provider, isNew: false }
  return inSpan('refresh', { 'baton.provider': provider }, (span) => refreshDue(id, found, needs, span))
}

async function refreshDue(
  id: string,
  { tokens, known, stored }: Read,
  needs: RefreshNeeds,
  span: Span<'refresh'> | undefined,
): Promise<Refreshed> {
  const until = performance.now() + longestWait
  const { provider } = stored
  for (let pause = firstLook; ; pause = Math.min(lookEvery, pause * 2)) {
    if (!tokens.refreshToken || !providerOf(provider, needs.config)) {
      if (isAlive(known)) return { tokens, provider, isNew: false }
      throw signInAgain('the access token has expired, and there is no refresh token or no such provider')
    }
    if (stored.retryIn > (isAlive(known) ? 0 : pauseBetween))
      throw refreshUnavailable({ retryAfter: stored.retryIn })
    const lease = await takeLease(needs.db, id, leaseSeconds)
    const refreshed = lease && (await whileHeld(lease, needs))
    if (refreshed) return { tokens: refreshed, provider, isNew: true }
    if (performance.now() > until || needs.stopping.aborted) throw refreshUnavailable()
    await sleep(pause)
    const found = await read(id, needs)
    if (!isDue(found.known)) {
      report('refresh', { provider, outcome: 'saved' })
      span?.set({ 'baton.refresh.shared': true })
      return { tokens: found.tokens, provider, isNew: true }
    }
    tokens = found.tokens
    known = found.known
    stored = found.stored
  }
}

type Read = { tokens: TokenSet; known: CachedAccessToken; stored: StoredTokenSet }

async function read(id: string, needs: RefreshNeeds): Promise<Read> {
  const stored = await findTokenSet(needs.db, id)
  if (!stored || stored.error) {
    needs.accessTokens.delete(id)
    throw signInAgain()
  }
  const tokens = await open(stored, needs)
  return { tokens, known: rememberAccessToken(id, tokens, stored, needs.accessTokens), stored }
}

async function open(stored: { id: string; sealed: string }, needs: RefreshNeeds): Promise<TokenSet> {
  const tokens = await openTokenSet(stored, needs)
  if (!tokens) throw signInAgain('the token set was sealed under another AUTH_SECRET')
  return tokens
}

// Extends the lease during the work, so that no other instance asks a slow provider again.
async function whileHeld(lease: Lease, needs: RefreshNeeds): Promise<TokenSet | undefined> {
  const renewal = setInterval(() => {
    extendLease(needs.db, lease, leaseSeconds).catch((error) =>
      logFailure(needs.log, 'refresh.unextended', { err: error, tokenSet: lease.id }),
    )
  }, renewEvery)
  try {
    if (lease.tookOver) {
      await sleep(grace)
      if (!(await extendLease(needs.db, lease, leaseSeconds))) return undefined
    }
    return await refresh(lease, needs)
  } finally {
    clearInterval(renewal)
  }
}

async function refresh(lease: Lease, needs: RefreshNeeds): Promise<TokenSet | undefined> {
  const { db, config, metadata, log } = needs
  // The refresh token read before the lease may be spent by now. The lease holds the current one.
  const tokens = await open(lease, needs)
  const { refreshToken } = tokens
  const provider = providerOf(lease.provider, config)
  const known = rememberAccessToken(lease.id, tokens, lease, needs.accessTokens)
  if (!isDue(known) || !refreshToken || !provider) {
    await releaseLease(db, lease)
    return tokens
  }
  try {
    const client = await providerClient(provider, metadata)
    const refreshed = await requestRefresh(client, { ...tokens, refreshToken })
    rememberAccessToken(lease.id, refreshed, { age: 0, version: lease.version + 1 }, needs.accessTokens)
    report('refresh', { provider: lease.provider, outcome: 'done' })
    tell(log, 'refresh.done', { tokenSet: lease.id, provider: lease.provider })
    const stored = await store(lease, refreshed, needs)
    const change = { before: tokens, after: refreshed, provider, client }
    const refused = await refusedPerson(lease.id, change, needs)
    if (!refused) return stored
    tell(log, 'refresh.refused', { tokenSet: lease.id, provider: lease.provider })
    needs.accessTokens.delete(lease.id)
    await needs.endRefused(refused)
    throw signInAgain('`allow` does not let this person in any more')
  } catch (error) {
    if (!isOAuthError(error)) throw error
    if (lease.failures === 0) {
      const { page: _, cause, ...told } = explainFailure(error, provider, config.url)
      const reason = causeText(cause)
      tell(log, 'refresh.failed', { provider: provider.id, tokenSet: lease.id, ...told, reason })
    }
    if (error.code === 'invalid_grant') return fail(lease, error, needs)
    const isMute = error.options.cause instanceof MuteRefusal
    if (isMute && lease.muteRefusals + 1 >= mostMuteRefusals) return fail(lease, error, needs)
    report('refresh', { provider: provider.id, outcome: 'failed' })
    await postpone(db, lease, pauseAfter(lease, error, isMute), { isMute })
    throw error
  }
}

async function store(lease: Lease, refreshed: TokenSet, needs: RefreshNeeds): Promise<TokenSet | undefined> {
  const { db, config, log } = needs
  const sealed = await seal(refreshed, sealingContext(lease.id), config.secrets)
  const until = performance.now() + longestStore
  for (let attempt = 0; ; attempt++) {
    try {
      const stored = await storeRefreshed(db, lease, sealed)
      if (!stored) tell(log, 'refresh.overtaken', { tokenSet: lease.id })
      // The last session of the token set ended during the refresh.
      if (stored?.ended) await revokeEnded([lease.id], needs)
      return stored && refreshed
    } catch (error) {
      // Retry after any error: the old refresh token is spent, and this is the only copy of the new one.
      if (attempt === 0) logFailure(log, 'refresh.unstored', { err: error, tokenSet: lease.id })
      if (performance.now() > until) throw refreshUnavailable()
      await sleep(storeEvery)
    }
  }
}

async function fail(lease: Lease, cause: OAuthError, needs: RefreshNeeds): Promise<undefined> {
  // Another instance has taken the lease and may have succeeded: look again.
  if (!(await failTokenSet(needs.db, lease, 'RefreshTokenError'))) return undefined
  report('refresh', { provider: lease.provider, outcome: 'given_up' })
  tell(needs.log, 'refresh.given_up', { tokenSet: lease.id, provider: lease.provider })
  needs.accessTokens.delete(lease.id)
  needs.endings.emit('failed', [lease.id])
  throw signInAgain('the provider has ended this sign-in', cause)
}

function pauseAfter({ failures, muteRefusals }: Lease, { options }: OAuthError, isMute: boolean): number {
  if (options.retryAfter !== undefined) return options.retryAfter
  if (failures === 0) return 0
  return isMute ? 2 ** (muteRefusals - 1) : pauseBetween
}

function signInAgain(detail?: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_token', 'the sign-in has ended; sign in again', {
    cause,
    ...(detail && { detail }),
  })
}
