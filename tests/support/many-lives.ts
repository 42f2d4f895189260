import type { ServerResponse } from 'node:http'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { OAuthError } from '#lib/oauth/error.ts'
import { currentAccessToken } from '#lib/tokens/current-access-token.ts'
import { configOf } from './config.ts'
import { onEachDatabase } from './each-database.ts'
import { type Partners, startPartners } from './partners.ts'
import { signInAsPhone } from './sign-in-as-phone.ts'
import { smallProcess } from './small-process.ts'
import { holdTokens } from './token-holder.ts'

const lifetime = 60

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

/** What the token endpoint does once in place of its work. */
const faults: ((res: ServerResponse) => void)[] = [
  (res) => res.writeHead(503).end(),
  (res) => res.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"server_error"}'),
  (res) => res.writeHead(429).end(),
  (res) => res.writeHead(408).end(),
  (res) => res.writeHead(400).end(),
  (res) => res.end(),
  (res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":'),
  (res) => void res.destroy(),
]

/**
 * Tests that each of so many lives of an access token has one refresh, whatever the provider answers now and
 * then. All faults come up in 32 lives.
 */
export function manyLives(lives: number): void {
  let partners: Partners

  beforeAll(async () => {
    partners = await startPartners({ batonPort: 9, accessTokenTtl: lifetime })
  })
  afterAll(() => partners.close())
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())

  onEachDatabase((instances) => {
    test(`in ${lives} lives of an access token each has one refresh, and no failure signs out`, async () => {
      const phone = { identityProviderUrl: partners.issuer, user: 'demo', password: 'demo' }
      const { accessToken, refreshToken, idToken } = await signInAsPhone(phone)
      const config = await configOf({
        file: { providers: [{ id: 'demo', type: 'oidc', issuer: partners.issuer, clientId: 'demo-phone' }] },
      })
      const [a, b] = instances()
      const { id, sid } = await holdTokens(a, config, {
        accessToken,
        refreshToken,
        idToken,
        lifetime,
        expiresAt: Math.floor(Date.now() / 1000) + lifetime,
      })
      // The embedded database takes one process alone.
      const processes = (a === b ? [a] : [a, b, a, b]).map((db) => smallProcess(db, config))
      const ask = (count: number) =>
        Promise.allSettled(
          Array.from({ length: count }, (_, call) =>
            currentAccessToken(id, processes[call % processes.length] as (typeof processes)[number]),
          ),
        )
      const refreshes = () => partners.identityProvider.tokenCalls('refresh_token')
      const before = refreshes()
      const seen = new Set<string>()

      for (let life = 0; life < lives; life++) {
        // Sometimes within the margin, sometimes long after the end.
        pass(life % 3 === 0 ? lifetime - 3 : lifetime + (life % 7) * 40)
        if (life % 4 === 0) {
          const fault = faults[(life / 4) % faults.length] as (typeof faults)[number]
          partners.tokenDoor.before = async (_, res) => {
            delete partners.tokenDoor.before
            fault(res)
          }
        }
        for (const outcome of await ask(4 + (life % 9)))
          if (outcome.status === 'fulfilled')
            expect(decodeJwt(outcome.value).exp).toBeGreaterThan(Date.now() / 1000)
          else expect((outcome.reason as OAuthError).code).toBe('temporarily_unavailable')
        const settled = await ask(8)
        expect(settled.map(({ status }) => status)).toEqual(Array(8).fill('fulfilled'))
        for (const outcome of settled) if (outcome.status === 'fulfilled') seen.add(outcome.value)
      }
      expect(refreshes() - before).toBe(lives)
      expect(seen.size).toBe(lives)
      const [session] = await a.$queryRaw<{ ended: boolean; error: string | null }[]>`
        SELECT sessions.ended_at IS NOT NULL AS ended, error
        FROM sessions JOIN token_sets ON token_sets.id = token_set_id WHERE sessions.id = ${sid}::uuid`
      expect(session).toEqual({ ended: false, error: null })
    }, 120_000)
  })
}
