import { setTimeout as sleep } from 'node:timers/promises'
import { isDatabaseUnreachable } from '#lib/db/unreachable.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { notNow, refreshTokenSet } from './refresh-token-set.ts'
import { isAlive, isDue, type TokenSet } from './token-set.ts'

/** Milliseconds that a caller waits for a slow provider while the access token that is due still lives, and where it does not. */
const patience = 1_000
const longestPatience = 15_000

export type CurrentTokenNeeds = Parameters<typeof refreshTokenSet>[1] & Pick<Runtime, 'refreshes'>

/**
 * An access token of the stored token set that is good now, refreshed when it is due; parallel calls in this process wait for one
 * refresh. Where that cannot be done just now, or takes long, the one that is due serves for as long as it lives. Throws what
 * `refreshTokenSet` throws.
 */
export async function currentAccessToken(tokenSetId: string, needs: CurrentTokenNeeds): Promise<string> {
  const known = needs.accessTokens.get(tokenSetId)
  if (known && !isDue(known)) return known.accessToken

  const tokens = needs.refreshes.get(tokenSetId) ?? begin(tokenSetId, needs)
  try {
    const current =
      (await within(patience, tokens)) ??
      living(tokenSetId, needs) ??
      (await within(longestPatience - patience, tokens))
    if (current) return current.accessToken
    throw notNow()
  } catch (error) {
    const standIn = mayPass(error) ? living(tokenSetId, needs) : undefined
    if (standIn) return standIn.accessToken
    throw error
  }
}

function begin(tokenSetId: string, needs: CurrentTokenNeeds): Promise<TokenSet> {
  const { refreshes } = needs
  const tokens = refreshTokenSet(tokenSetId, needs).finally(() => refreshes.delete(tokenSetId))
  // Who waited has left by then, where it takes long.
  tokens.catch(() => {})
  refreshes.set(tokenSetId, tokens)
  return tokens
}

// What it comes to, or nothing after so many milliseconds.
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
  return isOAuthError(error) ? error.code === 'temporarily_unavailable' : isDatabaseUnreachable(error)
}
