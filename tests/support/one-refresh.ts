import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { spendRefreshToken } from './spend-refresh-token.ts'
import type { Setup, StagePartners } from './stage.ts'
import { perFile } from './test.ts'
import { test as base } from './test-instances.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

/** As many calls of one person as one instance takes at once: 128 run, and the others wait. */
const mostAtOnce = 384

/** Tests that any number of calls makes one refresh, with four processes on PostgreSQL or one on PGlite. */
export function oneRefresh(database: 'PostgreSQL' | 'PGlite'): void {
  const test = base
    .extend('setup', perFile, { database } satisfies Setup)
    .extend('count', perFile, database === 'PGlite' ? 1 : 4)
    /** Makes parallel calls, spread over the instances, and gives their statuses. */
    .extend(
      'calls',
      ({ instances: { batons, call } }) =>
        async (count: number, cookie: string, among = [...batons.keys()]) => {
          const answers = Array.from({ length: count }, (_, turn) =>
            call(among[turn % among.length] as number, greeting, cookie),
          )
          return (await Promise.all(answers)).map(({ status }) => status)
        },
    )
    /** The cookie of somebody whose access token has just expired. */
    .extend('cookie', ({ expired, signedIn, calls }) =>
      expired(async () => {
        const cookie = await (await signedIn()).cookies()
        expect(new Set(await calls(8, cookie))).toEqual(new Set([200]))
        return cookie
      }),
    )

  test('of 384 parallel calls at expiry one refreshes, none fails, and the grant lives on', async ({
    cookie,
    calls,
    partners,
    refreshes,
  }) => {
    const before = refreshes()
    expect(new Set(await calls(mostAtOnce, cookie))).toEqual(new Set([200]))
    expect(refreshes() - before).toBe(1)
    await expectAlive(partners)
  })

  test('an identity provider that takes 8 seconds is asked once, and no call fails because of it', async ({
    cookie,
    calls,
    partners,
    refreshes,
  }) => {
    const before = refreshes()
    partners.tokenDoor.before = () => sleep(8_000)
    const statuses = await calls(mostAtOnce, cookie)
    delete partners.tokenDoor.before
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(refreshes() - before).toBe(1)
  })

  test('when the lease holder is killed, another takes over: one refresh, no other call fails', async ({
    cookie,
    calls,
    instances: { batons, call, restart },
    partners,
    refreshes,
  }) => {
    const before = refreshes()
    const { arrived } = holdNextRefresh(partners)
    const holder = batons.length - 1
    const lost = call(holder, greeting, cookie).catch(() => undefined)
    await arrived
    const others = [...batons.keys()].filter((index) => index !== holder)
    const waiting = others.length > 0 ? calls(mostAtOnce, cookie, others) : undefined
    await sleep(500)
    await batons[holder]?.kill()
    expect(await lost).toBeUndefined()
    if (!waiting) await restart(holder)
    const statuses = (await waiting) ?? (await calls(mostAtOnce, cookie))
    if (waiting) await restart(holder)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(refreshes() - before).toBe(1)
    await expectAlive(partners)
  })

  test('a cookie from before a refresh, put back by a slow answer, is as good as the new one', async ({
    expired,
    signedIn,
    calls,
    instances: { call },
    refreshes,
  }) => {
    const person = await expired(() => signedIn())
    const old = await person.cookies()
    const { sid } = (await person.session()) as { sid: string }
    for (let life = 0; life < 2; life++) {
      const statuses = await expired(async () => calls(4, await person.cookies()))
      expect(statuses).toEqual([200, 200, 200, 200])
      expect(await person.session()).toMatchObject({ sid })
    }
    expect(await person.cookies()).not.toBe(old)
    const before = refreshes()
    expect(new Set(await calls(8, old))).toEqual(new Set([200]))
    expect(refreshes() - before).toBeLessThanOrEqual(1)
    const session = await call(0, '/api/auth/session', old)
    expect(session.json()).toMatchObject({ sid })
    expect(session.json()).not.toHaveProperty('error')
    expect(new Set(await calls(8, await person.cookies()))).toEqual(new Set([200]))
  })
}

/** Expects that the newest refresh token is good: a reuse would have ended the grant. */
async function expectAlive({ issuer, refreshTokens }: StagePartners): Promise<void> {
  expect(await spendRefreshToken(issuer, refreshTokens.at(-1) as string)).toHaveProperty('access_token')
}

/** Keeps the next request of the token endpoint waiting there; `arrived` tells when it has come. */
function holdNextRefresh(partners: StagePartners): { arrived: Promise<void> } {
  const arrived = Promise.withResolvers<void>()
  partners.tokenDoor.before = async (req) => {
    delete partners.tokenDoor.before
    arrived.resolve()
    // Until its caller is killed.
    await new Promise((resolve) => req.once('error', () => {}).once('close', resolve))
  }
  return { arrived: arrived.promise }
}
