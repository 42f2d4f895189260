import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connection, Connections } from '#lib/backends/connections.ts'
import { Passage, type Sink } from '#lib/backends/forward.ts'
import { callerStalled } from '#lib/backends/gateway-errors.ts'
import type { Backend } from '#lib/config/backends.ts'

const second = 1_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** An upload whose connection does what a test says. */
function newUpload(idleTimeoutMs: number) {
  const backend = { name: 'one', url: 'http://backend', idleTimeoutMs, maxBodyBytes: 1e9 } as Backend
  const call = { method: 'POST', path: '/', origin: 'http://baton', headers: [], body: new PassThrough() }
  const connection: Connection = { isReused: false, hasArrived: false, heldUp: 0, fullSince: undefined }
  const connections = { kept: { dispatch: () => true } } as unknown as Connections
  const passage = new Passage(call, backend, connections, {} as Sink)
  const controller = { abort: (reason: Error) => passage.onResponseError(controller, reason) } as never
  passage.onRequestStart(controller, connection)
  const ended = passage.answered.then(
    () => undefined,
    (error) => error,
  )
  return {
    connection,
    /** Sends so many bytes a second, for so many seconds. */
    async send(bytes: number, seconds: number) {
      for (let sent = 0; sent < seconds; sent++) {
        await vi.advanceTimersByTimeAsync(second)
        passage.onBodySent(Buffer.alloc(bytes))
      }
    },
    /** What it ended with, as far as it has. */
    end: () => Promise.race([ended, Promise.resolve('goes on')]),
  }
}

const stalled = { code: 'gateway_timeout', options: { cause: callerStalled } }

test('an upload of a byte a second has 30 seconds, or `idleTimeoutMs` where that is more', async () => {
  for (const [idleTimeoutMs, credit] of [
    [5 * second, 30],
    [60 * second, 60],
  ] as const) {
    const upload = newUpload(idleTimeoutMs)
    await upload.send(1, credit)
    expect(await upload.end()).toBe('goes on')
    await upload.send(1, 1)
    expect(await upload.end()).toMatchObject(stalled)
  }
})

test('each KiB buys a second', async () => {
  const upload = newUpload(5 * second)
  await upload.send(1024, 300)
  expect(await upload.end()).toBe('goes on')
  await upload.send(0, 30)
  expect(await upload.end()).toBe('goes on')
  await upload.send(0, 1)
  expect(await upload.end()).toMatchObject(stalled)
})

test('time for which the backend takes nothing is not the caller’s', async () => {
  const upload = newUpload(5 * second)
  upload.connection.fullSince = performance.now()
  await upload.send(1, 100)
  upload.connection.fullSince = undefined
  upload.connection.heldUp = 100 * second
  await upload.send(1, 30)
  expect(await upload.end()).toBe('goes on')
  await upload.send(1, 1)
  expect(await upload.end()).toMatchObject(stalled)
})

test('a stall is the backend’s while it takes nothing, and the caller’s otherwise', async () => {
  const [full, free] = [newUpload(5 * second), newUpload(5 * second)]
  full.connection.fullSince = performance.now()
  await vi.advanceTimersByTimeAsync(5 * second)
  expect(await full.end()).toMatchObject({ code: 'gateway_timeout' })
  expect(await full.end()).not.toMatchObject(stalled)
  expect(await free.end()).toMatchObject(stalled)
})
