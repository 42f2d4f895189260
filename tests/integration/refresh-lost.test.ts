import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Config } from '#lib/config/load.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import { extendLease, postpone, takeLease } from '#lib/db/token-sets.ts'
import { redeemNonce } from '#lib/handoff/redeem-nonce.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { currentAccessToken } from '#lib/tokens/current-access-token.ts'
import { revokeEnded } from '#lib/tokens/revoke-token-sets.ts'
import { breakable } from '../support/breakable.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { redemptionOf } from '../support/page-of.ts'
import { nonceOf } from '../support/rows.ts'
import { startRotatingProvider } from '../support/servers/rotating-provider.ts'
import { smallProcess } from '../support/small-process.ts'
import { configWithProvider, holdTokens } from '../support/token-holder.ts'

let provider: Awaited<ReturnType<typeof startRotatingProvider>>
let config: Config

beforeAll(async () => {
  provider = await startRotatingProvider()
  config = await configWithProvider(provider.url)
})
afterAll(() => provider.close())
beforeEach(() => void provider.reset())

const expired = () => ({
  accessToken: 'a0',
  refreshToken: 'r0',
  lifetime: 60,
  expiresAt: Math.floor(Date.now() / 1000) - 1,
})

onEachDatabase((instances) => {
  const hold = (tokens = expired()) => holdTokens(instances()[0], config, tokens)

  test('a database that is away for longer than a lease during a refresh costs no sign-in', async () => {
    const [a, b] = instances().map(breakable)
    if (!a || !b) throw new Error('there are two')
    const holder = await hold()
    const [here, there] = [smallProcess(a.db, config), smallProcess(b.db, config)]
    const letOn = provider.holdBack()
    const first = currentAccessToken(holder.id, here)
    await expect.poll(() => provider.state.asked).toEqual(['r0'])
    a.state.error = b.state.error = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
    letOn()
    await sleep(6_500)
    a.state.error = b.state.error = undefined
    const others = Array.from({ length: 5 }, () => currentAccessToken(holder.id, there))
    expect(new Set(await Promise.all([first, ...others]))).toEqual(new Set(['a1']))
    expect(provider.state.asked).toEqual(['r0'])
    expect((await holder.stored()).row?.error).toBeNull()
  })

  test.each(['25006', '53100', '40001', 'ECONNRESET'])(
    'what was given for a refresh token is written, however the database fails first: %s',
    async (code) => {
      const { db, state } = breakable(instances()[0])
      const holder = await hold()
      state.only = 'version = version + 1'
      state.error = Object.assign(new Error('it cannot be written now'), { code })
      const call = currentAccessToken(holder.id, smallProcess(db, config))
      await expect.poll(() => provider.state.asked).toEqual(['r0'])
      await sleep(300)
      delete state.error
      expect(await call).toBe('a1')
      await expect.poll(async () => (await holder.stored()).tokens?.refreshToken).toBe('r1')
    },
  )

  test('a lease that was given back is not taken again by a renewal that comes late', async () => {
    const [a, b] = instances()
    const holder = await hold()
    const lease = await takeLease(a, holder.id, 6)
    if (!lease) throw new Error('the lease is free')
    await postpone(a, lease, 0)
    expect(await extendLease(b, lease, 6)).toBe(false)
    expect(await takeLease(a, holder.id, 6)).toMatchObject({ fence: lease.fence + 1, tookOver: false })
  })

  test('that refreshes have failed keeps no revocation from being tried again, nor delays it', async () => {
    const [db] = instances()
    const [failed, patient] = [await hold(), await hold()]
    await db.$executeRaw`UPDATE token_sets SET failures = 12 WHERE id = ${failed.id}::uuid`
    await db.$executeRaw`
      UPDATE token_sets SET retry_at = now() + interval '1 hour' WHERE id = ${patient.id}::uuid`
    provider.state.revocationStatus = 503
    for (const { sid, needs } of [failed, patient]) await endSession(sid, 'signed_out', needs)
    // A sign-out waits for the provider for two seconds alone.
    await expect.poll(() => provider.state.revoked).toHaveLength(2)
    const failures = () => db.$queryRaw`
        SELECT failures FROM token_sets WHERE id IN (${failed.id}::uuid, ${patient.id}::uuid)`
    await expect.poll(failures).toEqual([{ failures: 1 }, { failures: 1 }])
  })

  test('an end that the provider is not to hear of is not sent, however it came about', async () => {
    const [a, b] = instances()
    const holder = await hold()
    const letOn = provider.holdBack()
    const call = holder.accessToken().catch(() => undefined)
    await expect.poll(() => provider.state.asked).toEqual(['r0'])
    await endSession(holder.sid, 'signed_out', holder.needs, { revoke: false })
    letOn()
    await call
    await revokeEnded(null, smallProcess(b, config))
    await expect.poll(() => a.$queryRaw`SELECT id FROM token_sets WHERE id = ${holder.id}::uuid`).toEqual([])
    expect(provider.state.revoked).toEqual([])
  })

  test('a hand-off over a sign-in of the same person does not sign out at the provider', async () => {
    const [db] = instances()
    const [standing, source] = [await hold(), await hold()]
    const [row] = await db.$queryRaw<{ id: string }[]>`
      SELECT user_id AS id FROM sessions WHERE id = ${source.sid}::uuid`
    const user = { id: row?.id ?? '' }
    await db.$executeRaw`UPDATE sessions SET user_id = ${user.id}::uuid WHERE id = ${standing.sid}::uuid`
    const { hash } = await nonceOf(db, { user, sid: source.sid })
    const redemption = { ...redemptionOf(hash), standing: await findLiveSession(db, standing.sid) }
    expect(await redeemNonce(redemption, standing.needs)).toMatchObject({ state: 'redeemed' })
    await expect
      .poll(() => db.$queryRaw`SELECT id FROM token_sets WHERE id = ${standing.id}::uuid`)
      .toEqual([])
    expect(provider.state.revoked).toEqual([])
  })
})
