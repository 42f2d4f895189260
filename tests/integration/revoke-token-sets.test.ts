import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Config } from '#lib/config/load.ts'
import { endSessionTree } from '#lib/db/sessions.ts'
import { takeLease } from '#lib/db/token-sets.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { upstreamLogoutUrl } from '#lib/sessions/upstream-logout.ts'
import { currentAccessToken } from '#lib/tokens/current-access-token.ts'
import { revokeEnded } from '#lib/tokens/revoke-token-sets.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { type Partners, startPartners } from '../support/partners.ts'
import { startTokenEndpoint } from '../support/servers/token-endpoint.ts'
import { signInAsPhone } from '../support/sign-in-as-phone.ts'
import { smallProcess } from '../support/small-process.ts'
import { configWithProvider, holdTokens } from '../support/token-holder.ts'

let partners: Partners
let config: Config

beforeAll(async () => {
  partners = await startPartners({ batonPort: 9 })
  config = await configOf({
    file: { providers: [{ id: 'demo', type: 'oidc', issuer: partners.issuer, clientId: 'demo-phone' }] },
  })
})
afterAll(() => partners.close())

const now = () => Math.floor(Date.now() / 1000)

onEachDatabase((instances) => {
  async function signedIn(lifetime = 60) {
    const phone = { identityProviderUrl: partners.issuer, user: 'demo', password: 'demo' }
    const { accessToken, refreshToken = '', idToken } = await signInAsPhone(phone)
    const expiresAt = now() + lifetime
    const [db] = instances()
    const holder = await holdTokens(db, config, {
      accessToken,
      refreshToken,
      idToken,
      lifetime: 60,
      expiresAt,
    })
    return {
      ...holder,
      refreshToken,
      rows: () => db.$queryRaw`SELECT failures FROM token_sets WHERE id = ${holder.id}::uuid`,
      retryNow: () => db.$executeRaw`UPDATE token_sets SET retry_at = now() WHERE id = ${holder.id}::uuid`,
    }
  }

  async function isGood(refreshToken: string): Promise<boolean> {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'demo-phone',
      refresh_token: refreshToken,
    })
    return (await fetch(`${partners.issuer}/token`, { method: 'POST', body })).ok
  }

  test('a revocation that failed is tried again later, by one instance, once', async () => {
    const holder = await signedIn()
    partners.revocationDoor.before = async (_, res) => void res.writeHead(503).end()
    await endSession(holder.sid, 'signed_out', holder.needs)
    expect(await holder.rows()).toEqual([{ failures: 1 }])
    await revokeEnded(null, holder.needs)
    expect(await holder.rows()).toEqual([{ failures: 1 }])

    let asked = 0
    partners.revocationDoor.before = async () => void asked++
    await holder.retryNow()
    const others = [...instances(), ...instances()].map((db) => smallProcess(db, config))
    await Promise.all(others.map((other) => revokeEnded(null, other)))
    delete partners.revocationDoor.before
    expect(asked).toBe(1)
    expect(await holder.rows()).toEqual([])
    expect(await isGood(holder.refreshToken)).toBe(false)
  })

  test('a provider that does not take the revocation is not asked again', async () => {
    const holder = await signedIn()
    partners.revocationDoor.before = async (_, res) =>
      void res
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":"unsupported_token_type"}')
    await endSession(holder.sid, 'signed_out', holder.needs)
    delete partners.revocationDoor.before
    expect(await holder.rows()).toEqual([])
    expect(holder.log()).toContain('could not revoke tokens at the provider; giving up')
    expect(holder.log()).not.toContain(holder.refreshToken)
  })

  test('a session that ends during a refresh has its new refresh token revoked', async () => {
    const holder = await signedIn(-1)
    const issued: string[] = []
    const note = ({ kind, value }: { kind: string; value: string }) =>
      kind === 'refresh_token' && issued.push(value)
    partners.identityProvider.events.on('token', note)
    const arrived = Promise.withResolvers<void>()
    const on = Promise.withResolvers<void>()
    partners.tokenDoor.before = async () => {
      delete partners.tokenDoor.before
      arrived.resolve()
      await on.promise
    }
    const call = holder.accessToken().catch(() => undefined)
    await arrived.promise
    await endSession(holder.sid, 'signed_out', holder.needs)
    on.resolve()
    await call
    partners.identityProvider.events.off('token', note)
    await expect.poll(holder.rows).toEqual([])
    expect(issued).toHaveLength(1)
    expect(await isGood(issued[0] as string)).toBe(false)
  })

  test('what a crash left behind is found by the next round', async () => {
    const holder = await signedIn()
    const [db] = instances()
    await endSessionTree(db, holder.sid, 'signed_out')
    await db.$executeRaw`
      UPDATE token_sets SET ended_at = now(), leased_until = now() - interval '1 second'
      WHERE id = ${holder.id}::uuid`
    expect(await takeLease(db, holder.id, 1)).toBeUndefined()
    await revokeEnded(null, holder.needs)
    expect(await holder.rows()).toEqual([])
    expect(await isGood(holder.refreshToken)).toBe(false)
  })

  test('a provider without revocation and sign-out is not called, and nothing is kept', async () => {
    const provider = await startTokenEndpoint()
    try {
      const other = await configWithProvider(provider.url)
      const [db] = instances()
      const holder = await holdTokens(db, other, {
        accessToken: 'a',
        refreshToken: 'r',
        expiresAt: now() + 60,
      })
      const session = { kind: 'browser', provider: 'demo', tokenSetId: holder.id } as const
      expect(await upstreamLogoutUrl(session, 'state', holder.needs)).toBeUndefined()
      await endSession(holder.sid, 'signed_out', holder.needs)
      expect(await db.$queryRaw`SELECT id FROM token_sets WHERE id = ${holder.id}::uuid`).toEqual([])
      expect(provider.requests).toEqual([])
      await expect(currentAccessToken(holder.id, holder.needs)).rejects.toMatchObject({
        code: 'invalid_token',
      })
    } finally {
      await provider.close()
    }
  })

  test('an ID token that would make the address of the sign-out too long stays away from it', async () => {
    const [db] = instances()
    const tokens = { accessToken: 'a', refreshToken: 'r', idToken: 'i'.repeat(8000), expiresAt: now() + 60 }
    const holder = await holdTokens(db, config, tokens)
    const session = { kind: 'browser', provider: 'demo', tokenSetId: holder.id } as const
    const url = await upstreamLogoutUrl(session, 'of-this-browser', holder.needs)
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      client_id: 'demo-phone',
      post_logout_redirect_uri: 'https://baton.example.org/sign-out',
      state: 'of-this-browser',
    })
    await endSession(holder.sid, 'signed_out', holder.needs, { revoke: false })
  })
})
