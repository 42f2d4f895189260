import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Config } from '#lib/config/load.ts'
import { newAccessTokenCache } from '#lib/tokens/access-token-cache.ts'
import { currentAccessToken } from '#lib/tokens/current-access-token.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { readableLog } from '../support/log.ts'
import { startTokenEndpoint } from '../support/token-endpoint.ts'
import { configWithProvider, holdTokens } from '../support/token-holder.ts'

let provider: Awaited<ReturnType<typeof startTokenEndpoint>>
let config: Config

beforeAll(async () => {
  provider = await startTokenEndpoint()
  config = await configWithProvider(provider.url)
})
afterAll(() => provider.close())

const now = () => Math.floor(Date.now() / 1000)
const expired = () => ({
  accessToken: 'old-access',
  refreshToken: 'old-refresh',
  idToken: 'old-id',
  scope: 'openid',
  expiresAt: now() - 1,
})
const renewed = {
  access_token: 'new-access',
  refresh_token: 'new-refresh',
  token_type: 'Bearer',
  expires_in: 60,
}

onEachDatabase((instances) => {
  const hold = (tokens = expired(), id?: string) => holdTokens(instances()[0], config, tokens, id)

  test.each<[string, () => number | undefined]>([
    ['good for an hour', () => now() + 3600],
    ['of unknown end', () => undefined],
  ])('an access token that is still good is used, and the provider not asked: %s', async (_, expiresAt) => {
    provider.willAnswer({ body: renewed })
    const { expiresAt: _gone, ...tokens } = expired()
    const until = expiresAt()
    const holder = await holdTokens(instances()[0], config, { ...tokens, ...(until && { expiresAt: until }) })
    expect(await holder.accessToken()).toBe('old-access')
    expect(provider.requests).toEqual([])
  })

  test('50 parallel callers make one refresh, by the refresh token and as this client, and all get its token', async () => {
    provider.willAnswer({ body: renewed })
    const holder = await hold()
    const tokens = await Promise.all(Array.from({ length: 50 }, holder.accessToken))
    expect(new Set(tokens)).toEqual(new Set(['new-access']))
    expect(provider.requests).toEqual([
      {
        form: { grant_type: 'refresh_token', refresh_token: 'old-refresh' },
        authorization: `Basic ${Buffer.from('baton:a+secret').toString('base64')}`,
      },
    ])
  })

  test('what was renewed is kept, sealed, and used by the next caller', async () => {
    provider.willAnswer({ body: renewed })
    const holder = await hold()
    await holder.accessToken()
    const { row, tokens } = await holder.stored()
    expect(tokens).toMatchObject({ accessToken: 'new-access', refreshToken: 'new-refresh', scope: 'openid' })
    expect(tokens?.expiresAt).toBeGreaterThan(now() + 50)
    expect(row).toMatchObject({ version: 1, error: null })
    expect(row?.sealed).not.toMatch(/new-(access|refresh)/)
    expect(await holder.accessToken()).toBe('new-access')
    expect(provider.requests).toHaveLength(1)
    expect(holder.log()).not.toMatch(/(new|old)-(access|refresh|id)/)
  })

  test('what the provider does not send anew stays as it was', async () => {
    provider.willAnswer({ body: { access_token: 'new-access', token_type: 'Bearer' } })
    const holder = await hold()
    expect(await holder.accessToken()).toBe('new-access')
    expect((await holder.stored()).tokens).toEqual({
      accessToken: 'new-access',
      refreshToken: 'old-refresh',
      idToken: 'old-id',
      scope: 'openid',
    })
  })

  test.each(['bearer', 'BEARER', 'bEaReR'])('token_type counts in any case: %s', async (token_type) => {
    provider.willAnswer({ body: { ...renewed, token_type } })
    expect(await (await hold()).accessToken()).toBe('new-access')
  })

  test('when the provider has ended the grant it is marked, the caller signs in again, and it is not asked any more', async () => {
    provider.willAnswer({ status: 400, body: { error: 'invalid_grant', error_description: 'reused' } })
    const holder = await hold()
    for (let round = 0; round < 3; round++)
      await expect(holder.accessToken()).rejects.toMatchObject({ code: 'invalid_token' })
    expect(provider.requests).toHaveLength(1)
    expect((await holder.stored()).row?.error).toBe('RefreshTokenError')
  })

  test.each<[what: string, answer: Parameters<typeof provider.willAnswer>[0]]>([
    ['500', { status: 500, body: { error: 'server_error' } }],
    ['500 that says invalid_grant', { status: 500, body: { error: 'invalid_grant' } }],
    ['503 with a page', { status: 503, body: '<html>', type: 'text/html' }],
    ['400 with an empty body', { status: 400, body: '' }],
    ['400 with a page that says invalid_grant', { status: 400, body: 'invalid_grant', type: 'text/html' }],
    ['401 invalid_client', { status: 401, body: { error: 'invalid_client' } }],
    ['400 invalid_request', { status: 400, body: { error: 'invalid_request' } }],
    ['429', { status: 429, body: { error: 'slow_down' } }],
    ['200 with an empty body', { body: '' }],
    ['200 with no JSON', { body: '{"access_token":' }],
    ['200 with a page', { body: '<html>', type: 'text/html' }],
    ['200 without a token', { body: { token_type: 'Bearer' } }],
    ['200 with an empty token', { body: { ...renewed, access_token: '' } }],
    ['200 with a token that is no text', { body: { ...renewed, access_token: { x: 1 } } }],
    ['200 of another token type', { body: { ...renewed, token_type: 'mac' } }],
    ['200 with a list', { body: [] }],
    ['a redirect', { status: 302, body: '' }],
    ['a broken connection', 'reset'],
  ])('a failure that may pass signs nobody out and leaves the token set as it was: %s', async (_, answer) => {
    provider.willAnswer(answer)
    const holder = await hold()
    const before = await holder.stored()
    await expect(holder.accessToken()).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      options: { retryAfter: 5 },
    })
    expect(await holder.stored()).toEqual(before)
    expect(before.row).toMatchObject({ version: 0, error: null })
    // The next caller tries again, and it works.
    provider.willAnswer({ body: renewed })
    expect(await holder.accessToken()).toBe('new-access')
  })

  test('without a refresh token, a provider, or a row there is nothing to renew: sign in again', async () => {
    provider.willAnswer({ body: renewed })
    const { refreshToken: _, ...without } = expired()
    const holders = [
      await holdTokens(instances()[0], config, without),
      await hold(expired(), 'no-longer-configured'),
    ]
    for (const holder of holders)
      await expect(holder.accessToken()).rejects.toMatchObject({ code: 'invalid_token' })
    const needs = {
      db: instances()[0],
      config,
      log: readableLog().log,
      metadata: new Map(),
      refreshes: new Map(),
      accessTokens: newAccessTokenCache(),
    }
    await expect(currentAccessToken(randomUUID(), needs)).rejects.toMatchObject({ code: 'invalid_token' })
    expect(provider.requests).toEqual([])
  })

  test('a token set sealed by another secret, or moved from another row, is not used', async () => {
    const [db] = instances()
    const holder = await hold({ ...expired(), expiresAt: now() + 3600 })
    const other = await hold({ ...expired(), expiresAt: now() + 3600 })
    await db.$executeRaw`
      UPDATE token_sets SET sealed = (SELECT sealed FROM token_sets WHERE id = ${other.id}::uuid)
      WHERE id = ${holder.id}::uuid`
    await expect(holder.accessToken()).rejects.toMatchObject({ code: 'invalid_token' })
    const needs = {
      db,
      config: { ...config, secret: 'another secret that is long enough for it' },
      log: readableLog().log,
      metadata: new Map(),
      refreshes: new Map(),
      accessTokens: newAccessTokenCache(),
    }
    await expect(currentAccessToken(other.id, needs)).rejects.toMatchObject({ code: 'invalid_token' })
  })
})
