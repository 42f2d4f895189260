import { open, seal } from '#lib/crypto/seal.ts'
import { failTokenSet, findTokenSet, replaceTokenSet, type StoredTokenSet } from '#lib/db/token-sets.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { rememberedAccessToken } from './access-token-cache.ts'
import { requestRefresh } from './request-refresh.ts'
import { isFresh, parseTokenSet, sealingContext, type TokenSet } from './token-set.ts'

type Needs = Pick<Runtime, 'db' | 'config' | 'metadata' | 'refreshes' | 'accessTokens' | 'log'>

/**
 * An access token of the stored token set that is good now, renewed at the provider when it has expired; parallel calls
 * in this process wait for one renewal. Throws `invalid_token` when it cannot be renewed any more, and
 * `temporarily_unavailable` when it cannot be renewed just now.
 */
export async function currentAccessToken(tokenSetId: string, needs: Needs): Promise<string> {
  const remembered = rememberedAccessToken(needs.accessTokens, tokenSetId)
  if (remembered) return remembered
  const { tokens } = await read(tokenSetId, needs)
  if (isFresh(tokens)) return tokens.accessToken

  let refresh = needs.refreshes.get(tokenSetId)
  if (!refresh) {
    refresh = renew(tokenSetId, needs).finally(() => needs.refreshes.delete(tokenSetId))
    needs.refreshes.set(tokenSetId, refresh)
  }
  return (await refresh).accessToken
}

async function read(
  id: string,
  { db, config, accessTokens }: Needs,
): Promise<{ stored: StoredTokenSet; tokens: TokenSet }> {
  const stored = await findTokenSet(db, id)
  if (!stored || stored.error) throw signInAgain()
  const opened = await open(stored.sealed, sealingContext(id), config.secret)
  if (opened === undefined) throw signInAgain('the token set was sealed under another AUTH_SECRET')
  const tokens = parseTokenSet(opened)
  remember(id, tokens, accessTokens)
  return { stored, tokens }
}

async function renew(tokenSetId: string, needs: Needs): Promise<TokenSet> {
  const { db, config, metadata, log } = needs
  // Read again: the caller may have looked just before an earlier renewal ended, and that one's refresh token is spent.
  const { stored, tokens } = await read(tokenSetId, needs)
  if (isFresh(tokens)) return tokens
  const { refreshToken } = tokens
  const provider = config.authProviders.find(
    (candidate) => (candidate as { options?: { id?: string } }).options?.id === stored.provider,
  )
  if (!refreshToken || !provider) throw signInAgain()

  try {
    const renewed = await requestRefresh(provider, { ...tokens, refreshToken }, metadata)
    const sealed = await seal(renewed, sealingContext(stored.id), config.secret)
    await replaceTokenSet(db, stored, sealed)
    remember(stored.id, renewed, needs.accessTokens)
    log.info({ tokenSet: stored.id, provider: stored.provider }, 'access token renewed')
    return renewed
  } catch (error) {
    if (!isOAuthError(error) || error.code !== 'invalid_grant') throw error
    await failTokenSet(db, stored, 'RefreshTokenError')
    needs.accessTokens.delete(stored.id)
    throw signInAgain('the provider has ended this sign-in', error)
  }
}

function remember(id: string, { accessToken, expiresAt }: TokenSet, cache: Needs['accessTokens']): void {
  cache.set(id, { accessToken, expiresAt })
}

function signInAgain(detail?: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_token', 'the sign-in has ended; sign in again', {
    cause,
    ...(detail && { detail }),
  })
}
