import { expect } from 'vitest'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-proxy.ts'

const test = base.extend('setup', perFile, {} satisfies Setup).extend(
  'held',
  ({ partners }) =>
    () =>
      new Promise<number>((resolve, reject) => {
        partners.backendServer.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
)

test('event streams beyond the limit of a person are cut off; the others end with their callers', async ({
  proxy,
  held,
}) => {
  const leave = new AbortController()
  let cut = 0
  // In batches, as calls that are still to be answered have a bound of their own.
  for (let batch = 0; batch < 24; batch++) {
    const streams = Array.from({ length: 86 }, async () => {
      const path = '/demo/api/authenticated/events?every=60000'
      // Cut before or after its headers have gone out.
      const stream = await proxy.open(path, { signal: leave.signal }).catch(() => undefined)
      if (!stream) return cut++
      stream.on('error', () => {}).resume()
      return stream.once('close', () => cut++)
    })
    await Promise.all(streams)
  }
  await expect.poll(() => cut).toBe(24 * 86 - 2048)
  await expect.poll(held).toBe(2048)
  expect((await proxy.call('/demo/api/authenticated/greeting')).status).toBe(200)

  leave.abort()
  await expect.poll(held).toBeLessThan(10)
})
