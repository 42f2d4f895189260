import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect } from 'vitest'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-proxy.ts'

const size = 200_000_000
const allowed = 32 * 1024 ** 2
// What the backend sends, over and over; uploads send the same.
const piece = Buffer.alloc(64 * 1024, 'abcdefghijklmnopqrstuvwxyz012345')

const test = base
  .extend('setup', perFile, {} satisfies Setup)
  .extend('download', ({ proxy }) => async (): Promise<string> => {
    const answer = await proxy.open(`/demo/api/authenticated/bytes/${size}`)
    const hash = createHash('sha256')
    const digest = new Writable({
      write(chunk, _, done) {
        hash.update(chunk)
        done()
      },
    })
    await pipeline(answer, digest)
    return hash.digest('hex')
  })
  .extend('upload', ({ proxy }) => async (): Promise<{ bytes: number; sha256: string }> => {
    const answer = await proxy.call('/demo/api/authenticated/bytes', {
      method: 'PUT',
      body: Readable.from(pieces()),
    })
    return answer.json<{ bytes: number; sha256: string }>()
  })
  .extend('residentBytes', ({ baton }) => async (): Promise<number> => {
    const status = await readFile(`/proc/${baton.process.pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
  })
  /** By how much the resident memory of Baton's process grew at most while something ran. */
  .extend('growthDuring', ({ residentBytes }) => async (work: () => Promise<unknown>): Promise<number> => {
    const before = await residentBytes()
    let peak = before
    let sampled = Promise.resolve()
    const timer = setInterval(() => {
      sampled = residentBytes().then((bytes) => {
        peak = Math.max(peak, bytes)
      })
    }, 100)
    try {
      await work()
    } finally {
      clearInterval(timer)
      await sampled
    }
    return Math.max(peak, await residentBytes()) - before
  })
  /** The least growth of several rounds: a transfer keeps memory in each round, the collector does not. */
  .extend('leastGrowth', ({ growthDuring }) => async (work: () => Promise<unknown>): Promise<number> => {
    let least = Number.POSITIVE_INFINITY
    for (let round = 0; round < 3 && least >= allowed; round++)
      least = Math.min(least, await growthDuring(work))
    return least
  })

function* pieces(): Generator<Buffer> {
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, left)
}

// The heap grows once, whatever streams through it: the first transfers each way are for that. A proxy that
// gathered bodies would grow by their 200 MB each time, and one without backpressure by most of that.
test('200 MB each way arrive unchanged and leave no trace in memory', { timeout: 120_000 }, async ({
  download,
  upload,
  leastGrowth,
}) => {
  const expected = createHash('sha256')
  for (const chunk of pieces()) expected.update(chunk)
  const sha256 = expected.digest('hex')
  await download()
  await upload()

  const down = await leastGrowth(async () => expect(await download()).toBe(sha256))
  const up = await leastGrowth(async () => expect(await upload()).toEqual({ bytes: size, sha256 }))
  expect(down).toBeLessThan(allowed)
  expect(up).toBeLessThan(allowed)
})

test('a caller that reads nothing makes Baton hold back the backend, not gather its answer', async ({
  growthDuring,
  proxy,
}) => {
  const growth = await growthDuring(async () => {
    const answer = await proxy.open(`/demo/api/authenticated/bytes/${size}`)
    answer.pause()
    const before = await proxy.call('/demo/api/authenticated/bytes/50000000')
    expect(before.body).toHaveLength(50_000_000)
    expect(answer.complete).toBe(false)
    answer.destroy()
  })
  expect(growth).toBeLessThan(allowed)
})
