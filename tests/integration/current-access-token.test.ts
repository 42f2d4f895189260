import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Config } from '#lib/config/load.ts'
import type { OAuthError } from '#lib/oauth/error.ts'
import { currentAccessToken } from '#lib/tokens/current-access-token.ts'
import type { TokenSet } from '#lib/tokens/token-set.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { startTokenEndpoint } from '../support/servers/token-endpoint.ts'
import { smallProcess } from '../support/small-process.ts'
import { configWithProvider, holdTokens } from '../support/token-holder.ts'

let provider: Awaited<ReturnType<typeof startTokenEndpoint>>
let config: Config

beforeAll(async () => {
  provider = await startTokenEndpoint()
  config = await configWithProvider(provider.url)
})
afterAll(() => provider.close())
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const now = () => Math.floor(Date.now() / 1000)
const expired = (): TokenSet & { refreshToken: string } => ({
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

  test('50 parallel callers make one refresh and all get its token', async () => {
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
    expect(row).toMatchObject({ error: null })
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

  test('a new token without an expiry lives as long as the one before', async () => {
    provider.willAnswer({ body: { access_token: 'new-access', token_type: 'Bearer' } })
    const holder = await hold({ ...expired(), lifetime: 600 })
    await holder.accessToken()
    const { expiresAt = 0 } = (await holder.stored()).tokens ?? {}
    expect(Math.abs(expiresAt - now() - 600)).toBeLessThan(60)
  })

  test('an ID token that makes no sense costs nothing: what came with it is kept', async () => {
    provider.willAnswer({ body: { ...renewed, id_token: 'no.jwt.at-all' } })
    const holder = await hold()
    expect(await holder.accessToken()).toBe('new-access')
    expect((await holder.stored()).tokens).toMatchObject({
      refreshToken: 'new-refresh',
      idToken: 'no.jwt.at-all',
    })
  })

  test.each(['bearer', 'BEARER', 'bEaReR'])('token_type counts in any case: %s', async (token_type) => {
    provider.willAnswer({ body: { ...renewed, token_type } })
    expect(await (await hold()).accessToken()).toBe('new-access')
  })

  test.each<[string, object]>([
    ['refresh_token null', { ...renewed, refresh_token: null }],
    ['refresh_token empty', { ...renewed, refresh_token: '' }],
    ['expires_in null', { ...renewed, expires_in: null }],
    ['expires_in empty', { ...renewed, expires_in: '' }],
    ['expires_in below zero', { ...renewed, expires_in: -1 }],
    ['expires_in zero', { ...renewed, expires_in: 0 }],
    ['expires_in as text', { ...renewed, expires_in: '60' }],
    ['scope null', { ...renewed, scope: null }],
    ['scope as a list', { ...renewed, scope: ['a', 'b'] }],
    ['id_token null', { ...renewed, id_token: null }],
    ['no token_type', { ...renewed, token_type: undefined }],
  ])(
    'an answer that is odd and has a good access token is taken, and asked for once: %s',
    async (_, body) => {
      provider.willAnswer({ body })
      const holder = await hold()
      for (let call = 0; call < 2; call++) expect(await holder.accessToken()).toBe('new-access')
      expect(provider.requests).toHaveLength(1)
      const { refresh_token: refreshToken, scope } = body as { refresh_token?: unknown; scope?: unknown }
      expect((await holder.stored()).tokens).toMatchObject({
        refreshToken: refreshToken || 'old-refresh',
        idToken: 'old-id',
        scope: Array.isArray(scope) ? scope.join(' ') : 'openid',
      })
    },
  )

  test('a grant that the provider has ended is marked and not asked for again', async () => {
    provider.willAnswer({ status: 400, body: { error: 'invalid_grant', error_description: 'reused' } })
    const holder = await hold()
    for (let round = 0; round < 3; round++)
      await expect(holder.accessToken()).rejects.toMatchObject({ code: 'invalid_token' })
    expect(provider.requests).toHaveLength(1)
    expect((await holder.stored()).row?.error).toBe('RefreshTokenError')
  })

  test.each([
    ['invalid_grant with a challenge beside it', 401, { error: 'invalid_grant' }],
    ['a person who has to come in person', 400, { error: 'interaction_required' }],
    ['a refusal with status 200', 200, { error: 'bad_refresh_token', error_description: 'expired' }],
  ])('other ways to end the grant: %s', async (_, status, body) => {
    provider.willAnswer({ status, body, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
    const holder = await hold()
    await expect(holder.accessToken()).rejects.toMatchObject({ code: 'invalid_token' })
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
    ['400 unauthorized_client', { status: 400, body: { error: 'unauthorized_client' } }],
    ['408', { status: 408, body: { error: 'invalid_grant' } }],
    ['429', { status: 429, body: { error: 'slow_down' } }],
    ['429 that says invalid_grant', { status: 429, body: { error: 'invalid_grant' } }],
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
    await expect(holder.accessToken()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    expect(await holder.stored()).toEqual(before)
    expect(before.row).toMatchObject({ error: null })
    // The next caller tries again, and it works.
    provider.willAnswer({ body: renewed })
    expect(await holder.accessToken()).toBe('new-access')
  })

  test('when a failure may pass, the access token that is due serves while it lives', async () => {
    provider.willAnswer({ status: 503, body: '' })
    const dying = { ...expired(), expiresAt: now() + 20, lifetime: 300 }
    const holder = await hold(dying)
    for (let call = 0; call < 3; call++) expect(await holder.accessToken()).toBe('old-access')
    expect(provider.requests.length).toBeGreaterThan(0)
    vi.setSystemTime(Date.now() + 30_000)
    await expect(holder.accessToken()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  })

  test('while a slow provider refreshes, the due access token serves as long as it lives', async () => {
    provider.willAnswer('never')
    const holder = await hold({ ...expired(), expiresAt: now() + 20, lifetime: 300 })
    expect(await Promise.all([holder.accessToken(), holder.accessToken()])).toEqual([
      'old-access',
      'old-access',
    ])
    expect(provider.requests).toHaveLength(1)
  })

  test.each([
    ['in seconds', () => '120'],
    ['as a date', () => new Date(Date.now() + 120_000).toUTCString()],
  ])(
    'a provider that asks for patience is left alone for that long, by every instance: %s',
    async (_, retryAfter) => {
      provider.willAnswer({ status: 429, body: '', headers: { 'retry-after': retryAfter() } })
      const holder = await hold()
      const other = smallProcess(instances()[1], config)
      await expect(holder.accessToken()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
      expect(provider.requests).toHaveLength(1)
      for (const ask of [holder.accessToken, async () => currentAccessToken(holder.id, other)]) {
        const refusal = (await ask().catch((error) => error)) as OAuthError
        expect(refusal).toMatchObject({ code: 'temporarily_unavailable' })
        expect(refusal.options.retryAfter).toBeGreaterThan(110)
      }
      expect(provider.requests).toHaveLength(1)
      await instances()[0].$executeRaw`UPDATE token_sets SET retry_at = now() WHERE id = ${holder.id}::uuid`
      provider.willAnswer({ body: renewed })
      expect(await holder.accessToken()).toBe('new-access')
    },
  )

  test('a provider that keeps failing is asked once a second at most', async () => {
    // The embedded database goes by this process's clock.
    vi.useRealTimers()
    provider.willAnswer({ status: 500, body: '' })
    const holder = await hold()
    const [db] = instances()
    const pauses: number[] = []
    for (let failure = 0; failure < 4; failure++) {
      await db.$executeRaw`UPDATE token_sets SET retry_at = NULL WHERE id = ${holder.id}::uuid`
      await holder.accessToken().catch(() => {})
      const [row] = await db.$queryRaw<{ pause: number }[]>`
        SELECT extract(epoch FROM retry_at - now())::float AS pause FROM token_sets
        WHERE id = ${holder.id}::uuid`
      pauses.push(Math.round(row?.pause ?? -1) + 0)
    }
    expect(pauses).toEqual([0, 1, 1, 1])
    // Who calls meanwhile waits for that second, and needs not come again.
    provider.willAnswer({ body: renewed })
    expect(await holder.accessToken()).toBe('new-access')
    // The token serves at once; its row is written after that.
    const rows = () => db.$queryRaw`SELECT failures, retry_at FROM token_sets WHERE id = ${holder.id}::uuid`
    await expect.poll(rows).toEqual([{ failures: 0, retry_at: null }])
  })

  test('a token set sealed under an older secret is read and sealed under the new one', async () => {
    const [db] = instances()
    const holder = await hold({ ...expired(), expiresAt: now() + 3600 })
    const newer = 'a newer secret of the tests that is long enough'
    const both = smallProcess(db, { ...config, secrets: [newer, ...config.secrets] })
    expect(await currentAccessToken(holder.id, both)).toBe('old-access')
    const alone = smallProcess(db, { ...config, secrets: [newer] })
    expect(await currentAccessToken(holder.id, alone)).toBe('old-access')
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
    const needs = smallProcess(instances()[0], config)
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
    const needs = smallProcess(db, { ...config, secrets: ['another secret that is long enough for it'] })
    await expect(currentAccessToken(other.id, needs)).rejects.toMatchObject({ code: 'invalid_token' })
  })
})
