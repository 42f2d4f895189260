import { setTimeout as sleep } from 'node:timers/promises'
import { isDatabaseAway } from '#lib/db/away.ts'
import type { MaybeLater } from '#lib/later/later.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import { report } from '#lib/telemetry/reports.ts'
import { type Refreshed, type RefreshNeeds, refreshTokenSet } from './refresh-token-set.ts'
import { refreshUnavailable } from './refresh-unavailable.ts'
import { isAlive, isDue } from './token-set.ts'

/** Milliseconds that a caller waits for a slow provider while the due access token is still valid. */
const patience = 1_000
/** Milliseconds that it waits without a valid access token. */
const longestPatience = 15_000

export type CurrentTokenNeeds = RefreshNeeds & {
  /** Refreshes in progress in this process, by token set. */
  refreshes: Map<string, Promise<Refreshed>>
}

/**
 * A valid access token of a stored token set, at once where it is in memory, refreshed when it is due.
 * Parallel calls in this process share one refresh. While a refresh fails temporarily or is slow, the due
 * access token serves until it expires. Throws what `refreshTokenSet` throws.
 */
export function currentAccessToken(tokenSetId: string, needs: CurrentTokenNeeds): MaybeLater<string> {
  const known = needs.accessTokens.get(tokenSetId)
  return known && !isDue(known) ? known.accessToken : refreshed(tokenSetId, needs)
}

async function refreshed(tokenSetId: string, needs: CurrentTokenNeeds): Promise<string> {
  const shared = needs.refreshes.get(tokenSetId)
  if (shared) reportSaved(shared)
  const refreshing = shared ?? begin(tokenSetId, needs)
  const tokens = refreshing.then((result) => result.tokens)
  // All waiters may have timed out: avoid an unhandled rejection.
  tokens.catch(() => {})
  try {
    const current =
      (await within(patience, tokens)) ??
      living(tokenSetId, needs) ??
      (await within(longestPatience - patience, tokens))
    if (current) return current.accessToken
    throw refreshUnavailable()
  } catch (error) {
    const standIn = mayPass(error) ? living(tokenSetId, needs) : undefined
    if (standIn) return standIn.accessToken
    throw error
  }
}

function begin(tokenSetId: string, needs: CurrentTokenNeeds): Promise<Refreshed> {
  const { refreshes } = needs
  const refreshed = refreshTokenSet(tokenSetId, needs).finally(() => refreshes.delete(tokenSetId))
  refreshes.set(tokenSetId, refreshed)
  return refreshed
}

async function reportSaved(refresh: Promise<Refreshed>): Promise<void> {
  const { provider, isNew } = await refresh.catch(() => ({ provider: '', isNew: false }))
  if (isNew) report('refresh', { provider, outcome: 'saved' })
}

// The result, or `undefined` after a timeout.
async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | undefined> {
  const timer = new AbortController()
  const late = sleep(milliseconds, undefined, { signal: timer.signal, ref: false }).catch(() => undefined)
  return Promise.race([work, late]).finally(() => timer.abort())
}

function living(tokenSetId: string, { accessTokens }: CurrentTokenNeeds) {
  const known = accessTokens.get(tokenSetId)
  return known && isAlive(known) ? known : undefined
}

function mayPass(error: unknown): boolean {
  return isOAuthError(error) ? error.code === 'temporarily_unavailable' : isDatabaseAway(error)
}
