import { expect, test } from 'vitest'
import { boot } from '#lib/boot.ts'
import { configOf } from '../../support/config.ts'

test('what has no primary, as `next start`, does not start where workers are asked for', async () => {
  const config = await configOf({
    env: { WEB_CONCURRENCY: '2', DATABASE_URL: 'postgresql://127.0.0.1:9/baton' },
  })
  await expect(boot(config)).rejects.toMatchObject({
    faults: ['WEB_CONCURRENCY: `npm start` alone starts workers; leave it out'],
  })
})
