import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Upload } from '#lib/endpoints/backends/upload.ts'

const chunk = new Uint8Array(64 * 1024)

/** A body of so many chunks, and how many of them have been taken. */
function bodyOf(count: number, { breaksOff = false } = {}) {
  let taken = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken < count) {
          taken += 1
          controller.enqueue(chunk)
        } else if (breaksOff) controller.error(new Error('the caller has left'))
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, taken: () => taken }
}

test('an upload that a call reads arrives whole, and is complete then', async () => {
  const { stream } = bodyOf(5)
  const upload = new Upload(stream)
  expect(upload.isComplete).toBe(false)
  let length = 0
  for await (const part of upload.body) length += part.length
  expect(length).toBe(5 * chunk.length)
  expect(upload.isComplete).toBe(true)
})

test('an upload that waits for its reader is taken in no further than a buffer', async () => {
  const { stream, taken } = bodyOf(1_000)
  const upload = new Upload(stream)
  for (let turns = 0; turns < 100; turns++) await turn()
  expect(taken()).toBeLessThan(5)
  upload.discard()
})

test('a refused upload is taken in to its end, so that the caller can read the answer', async () => {
  const { stream, taken } = bodyOf(1_000)
  const upload = new Upload(stream)
  upload.discard()
  await upload.lingered()
  expect(taken()).toBe(1_000)
  expect(upload.isComplete).toBe(true)
})

test.each(['before a call reads it', 'after its call was refused'])(
  'a caller may break off its upload %s, and nothing is uncaught',
  async (when) => {
    const { stream } = bodyOf(0, { breaksOff: true })
    const upload = new Upload(stream)
    if (when.startsWith('after')) upload.discard()
    await upload.lingered()
    await turn()
    expect(upload.isComplete).toBe(false)
    expect(upload.body.destroyed).toBe(true)
  },
)
