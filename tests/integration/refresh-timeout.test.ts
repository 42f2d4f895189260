import { expect, test } from 'vitest'
import { openDatabase } from '#lib/db/open.ts'
import { migratedPostgres } from '../support/databases.ts'
import { startRotatingProvider } from '../support/servers/rotating-provider.ts'
import { configWithProvider, holdTokens } from '../support/token-holder.ts'

test('a provider that answers after all callers gave up is asked once, and its answer is kept', async () => {
  const provider = await startRotatingProvider()
  const { db, close } = await openDatabase({ url: await migratedPostgres(), dataDir: '' })
  try {
    const config = await configWithProvider(provider.url)
    const holder = await holdTokens(db, config, { accessToken: 'a0', refreshToken: 'r0', expiresAt: 1 })
    const letOn = provider.holdBack()
    const outcomes = await Promise.allSettled([holder.accessToken(), holder.accessToken()])
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'temporarily_unavailable' } })
    expect((await holder.stored()).row?.error).toBeNull()
    letOn()
    expect(await holder.accessToken()).toBe('a1')
    expect(provider.state.asked).toEqual(['r0'])
    expect((await holder.stored()).tokens?.refreshToken).toBe('r1')
  } finally {
    await provider.close()
    await close()
  }
})
