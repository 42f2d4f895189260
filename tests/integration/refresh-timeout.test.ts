import { expect, test } from 'vitest'
import { openDatabase } from '#lib/db/open.ts'
import { emptyPostgres } from '../support/databases.ts'
import { startTokenEndpoint } from '../support/token-endpoint.ts'
import { configWithProvider, holdTokens } from '../support/token-holder.ts'

test('a provider that never answers signs nobody out: callers are told to try again, and the token set stays', async () => {
  const provider = await startTokenEndpoint()
  const { db, close } = await openDatabase({ url: await emptyPostgres(), dataDir: '' })
  try {
    provider.willAnswer('never')
    const config = await configWithProvider(provider.url)
    const holder = await holdTokens(db, config, { accessToken: 'old', refreshToken: 'r', expiresAt: 1 })
    const before = await holder.stored()
    const outcomes = await Promise.allSettled([holder.accessToken(), holder.accessToken()])
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'temporarily_unavailable' } })
    expect(provider.requests).toHaveLength(1)
    expect(await holder.stored()).toEqual(before)
  } finally {
    await provider.close()
    await close()
  }
})
