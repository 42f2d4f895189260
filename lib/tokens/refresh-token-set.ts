import { setTimeout as sleep } from 'node:timers/promises'
import { seal } from '#lib/crypto/seal.ts'
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
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { openTokenSet } from './open-token-set.ts'
import { providerClient, providerOf } from './provider-client.ts'
import { requestRefresh } from './request-refresh.ts'
import { revokeEnded } from './revoke-token-sets.ts'
import { isAlive, isDue, sealingContext, type TokenSet } from './token-set.ts'

/** Seconds after which others take the lease of a holder that has died, and how often a living one renews it, in milliseconds. */
const leaseSeconds = 6
const renewEvery = 2_000
/** Milliseconds between looks at what another instance is doing, the first of them sooner, and for how long in all. */
const lookEvery = 100
const firstLook = 10
const longestWait = 70_000
/** Milliseconds for which a refreshed token set is tried to be written, as the one it came from is spent, and between these trials. */
const longestStore = 60_000
const storeEvery = 200
/** Milliseconds that who takes a lease over leaves its last holder for that. */
const grace = 1_000
/** Seconds that a provider is left alone after the second failure in a row and each further one; a call waits so long for it. */
const pauseBetween = 1

type Needs = Pick<Runtime, 'db' | 'config' | 'metadata' | 'accessTokens' | 'endings' | 'log' | 'stopping'>

/**
 * The token set with an access token that is not due, refreshed at its provider by one caller of any number on any number of
 * instances: whoever gets the lease reads again, refreshes and writes; the others wait for what comes of it. No transaction is held
 * meanwhile. Throws `invalid_token` when it cannot be refreshed any more, and `temporarily_unavailable` when it cannot be just now.
 */
export async function refreshTokenSet(id: string, needs: Needs): Promise<TokenSet> {
  const until = performance.now() + longestWait
  for (let pause = firstLook; ; pause = Math.min(lookEvery, pause * 2)) {
    const { tokens, stored } = await read(id, needs)
    if (!isDue(tokens)) return tokens
    if (!tokens.refreshToken || !providerOf(stored.provider, needs.config)) {
      if (isAlive(tokens)) return tokens
      throw signInAgain('the access token has expired, and nothing is there to refresh it with')
    }
    if (stored.retryIn > (isAlive(tokens) ? 0 : pauseBetween)) throw notNow(stored.retryIn)
    const lease = await takeLease(needs.db, id, leaseSeconds)
    const refreshed = lease && (await whileHeld(lease, needs))
    if (refreshed) return refreshed
    if (performance.now() > until || needs.stopping.aborted) throw notNow()
    await sleep(pause)
  }
}

async function read(id: string, needs: Needs): Promise<{ tokens: TokenSet; stored: StoredTokenSet }> {
  const stored = await findTokenSet(needs.db, id)
  if (!stored || stored.error) {
    needs.accessTokens.delete(id)
    throw signInAgain()
  }
  return { tokens: remember(id, await open(stored, needs), needs), stored }
}

async function open(stored: { id: string; sealed: string }, needs: Needs): Promise<TokenSet> {
  const tokens = await openTokenSet(stored, needs)
  if (!tokens) throw signInAgain('the token set was sealed under another AUTH_SECRET')
  return tokens
}

// The lease is renewed for as long as this takes, so that a slow provider is not asked twice.
async function whileHeld(lease: Lease, needs: Needs): Promise<TokenSet | undefined> {
  const renewal = setInterval(() => {
    extendLease(needs.db, lease, leaseSeconds).catch((error) =>
      needs.log.warn({ err: error, tokenSet: lease.id }, 'the lease of a token set could not be renewed'),
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

async function refresh(lease: Lease, needs: Needs): Promise<TokenSet | undefined> {
  const { db, config, metadata, log } = needs
  // What was read before the lease began may be spent by now; this came with the lease.
  const tokens = await open(lease, needs)
  const { refreshToken } = tokens
  const provider = providerOf(lease.provider, config)
  if (!isDue(tokens) || !refreshToken || !provider) {
    await releaseLease(db, lease)
    return remember(lease.id, tokens, needs)
  }
  try {
    const client = await providerClient(provider, metadata)
    const refreshed = await requestRefresh(client, { ...tokens, refreshToken })
    remember(lease.id, refreshed, needs)
    log.info({ tokenSet: lease.id, provider: lease.provider }, 'access token renewed')
    return await store(lease, refreshed, needs)
  } catch (error) {
    if (!isOAuthError(error)) throw error
    if (error.code === 'invalid_grant') return fail(lease, error, needs)
    await postpone(db, lease, pauseAfter(lease, error))
    throw error
  }
}

async function store(lease: Lease, refreshed: TokenSet, needs: Needs): Promise<TokenSet | undefined> {
  const { db, config, log } = needs
  const sealed = await seal(refreshed, sealingContext(lease.id), config.secrets)
  const until = performance.now() + longestStore
  for (;;) {
    try {
      const stored = await storeRefreshed(db, lease, sealed)
      if (!stored) log.warn({ tokenSet: lease.id }, 'another instance has refreshed the same token set')
      // Its last session ended while it was being refreshed.
      if (stored?.ended) await revokeEnded([lease.id], needs)
      return stored && refreshed
    } catch (error) {
      // Whatever it is, nothing else can be done with what was given for a refresh token that is spent.
      log.warn({ err: error, tokenSet: lease.id }, 'a renewed token set waits for the database')
      if (performance.now() > until) throw notNow()
      await sleep(storeEvery)
    }
  }
}

async function fail(lease: Lease, cause: OAuthError, needs: Needs): Promise<undefined> {
  // Who has taken the lease meanwhile may know better: the next look tells.
  if (!(await failTokenSet(needs.db, lease, 'RefreshTokenError'))) return undefined
  needs.accessTokens.delete(lease.id)
  needs.endings.emit('failed', [lease.id])
  throw signInAgain('the provider has ended this sign-in', cause)
}

function pauseAfter({ failures }: Lease, { options }: OAuthError): number {
  if (options.retryAfter !== undefined) return options.retryAfter
  return failures === 0 ? 0 : pauseBetween
}

function remember(id: string, tokens: TokenSet, { accessTokens }: Pick<Needs, 'accessTokens'>): TokenSet {
  const { accessToken, expiresAt, lifetime } = tokens
  accessTokens.set(id, { accessToken, expiresAt, lifetime })
  return tokens
}

/** That the access token cannot be renewed just now. */
export function notNow(retryAfter?: number): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'the provider cannot renew the access token at the moment',
    {
      ...(retryAfter !== undefined && { retryAfter: Math.ceil(retryAfter) }),
    },
  )
}

function signInAgain(detail?: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_token', 'the sign-in has ended; sign in again', {
    cause,
    ...(detail && { detail }),
  })
}
