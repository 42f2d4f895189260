import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdNextRefresh, type Instances, startInstances } from './instances.ts'
import type { Person } from './person.ts'
import { useRefreshToken as spend } from './use-refresh-token.ts'

/** Seconds: of the token of a sign-in, which is to expire soon, and of the next, which outlives whatever is measured. */
const short = 2
const long = 20
const untilExpired = short * 1000 + 100
const greeting = '/api/backends/demo/api/authenticated/greeting'

/** Any number of calls, one refresh: four processes on PostgreSQL, or the one that the embedded database takes. */
export function oneRefresh(database: 'PostgreSQL' | 'PGlite'): void {
  let stage: Instances

  beforeAll(async () => {
    stage = await startInstances({ database, accessTokenTtl: short })
  })
  afterAll(() => stage?.close())

  const refreshes = () => stage.partners.identityProvider.tokenCalls('refresh_token')
  const cookieOf = (person: Person) => person.cookies()

  /** Parallel calls, spread over the instances; their statuses. */
  async function calls(count: number, cookie: string, among = stage.batons.map((_, index) => index)) {
    const answers = Array.from({ length: count }, (_, call) =>
      stage.call(among[call % among.length] as number, greeting, cookie),
    )
    return (await Promise.all(answers)).map(({ status }) => status)
  }

  /** Somebody whose access token has just expired, and the next one will not for a while. */
  async function expired(): Promise<string> {
    stage.partners.ttl.seconds = short
    const cookie = await cookieOf(await stage.signedIn())
    expect(new Set(await calls(8, cookie))).toEqual(new Set([200]))
    await sleep(untilExpired)
    stage.partners.ttl.seconds = long
    return cookie
  }

  /** The grant has not been ended by a reuse: the refresh token that was stored last is good. */
  async function expectAlive() {
    const issued = stage.partners.refreshTokens.at(-1) as string
    expect(await spend(stage.partners.issuer, issued)).toHaveProperty('access_token')
  }

  test('of 400 parallel calls at the moment of expiry one refreshes, none fails, and the grant lives on', async () => {
    const cookie = await expired()
    const before = refreshes()
    expect(new Set(await calls(400, cookie))).toEqual(new Set([200]))
    expect(refreshes() - before).toBe(1)
    await expectAlive()
  })

  test('an identity provider that takes 8 seconds is asked once, and nobody fails because of it', async () => {
    const cookie = await expired()
    const before = refreshes()
    stage.partners.tokenDoor.before = () => sleep(8_000)
    const statuses = await calls(400, cookie)
    delete stage.partners.tokenDoor.before
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(refreshes() - before).toBe(1)
  })

  test('when the holder of the lease is killed in the middle another takes over: one refresh, no other call fails', async () => {
    const cookie = await expired()
    const before = refreshes()
    const { arrived } = holdNextRefresh(stage.partners)
    const holder = stage.batons.length - 1
    const lost = stage.call(holder, greeting, cookie).catch(() => undefined)
    await arrived
    const others = stage.batons.map((_, index) => index).filter((index) => index !== holder)
    const waiting = others.length > 0 ? calls(400, cookie, others) : undefined
    await sleep(500)
    await stage.kill(holder)
    expect(await lost).toBeUndefined()
    if (!waiting) await stage.restart(holder)
    const statuses = (await waiting) ?? (await calls(400, cookie))
    if (waiting) await stage.restart(holder)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(refreshes() - before).toBe(1)
    await expectAlive()
  })

  test('a cookie of before a refresh, put back by a slow answer, is as good as the new one', async () => {
    stage.partners.ttl.seconds = short
    const person = await stage.signedIn()
    const old = await cookieOf(person)
    const { sid } = (await person.session()) as { sid: string }
    for (let life = 0; life < 2; life++) {
      await sleep(untilExpired)
      expect(await calls(4, await cookieOf(person))).toEqual([200, 200, 200, 200])
      expect(await person.session()).toMatchObject({ sid })
    }
    expect(await cookieOf(person)).not.toBe(old)
    const before = refreshes()
    expect(new Set(await calls(8, old))).toEqual(new Set([200]))
    expect(refreshes() - before).toBeLessThanOrEqual(1)
    const session = await stage.call(0, '/api/auth/session', old)
    expect(session.json()).toMatchObject({ sid })
    expect(session.json()).not.toHaveProperty('error')
    expect(new Set(await calls(8, await cookieOf(person)))).toEqual(new Set([200]))
  })
}
