import { EventEmitter } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Gate } from '#lib/backends/gate.ts'
import { callerLeft, callerStalled } from '#lib/backends/gateway-errors.ts'
import type { Backend } from '#lib/config/backends.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { onReport } from '#lib/telemetry/reports.ts'

const backend = { name: 'one' } as Backend
const other = { name: 'other' } as Backend
const busy = { code: 'temporarily_unavailable', options: { retryAfter: 1 } }

/** A caller who stays, until `leave`. */
function newSink() {
  const events = new EventEmitter()
  let gone = false
  return {
    isGone: () => gone,
    onGone: (act: () => void) => void events.once('gone', act),
    leave() {
      gone = true
      events.emit('gone')
    },
  }
}

const sink = newSink()
const nobody = { running: 0, waiting: 0 }
const stillWaits = (call: Promise<unknown>) => Promise.race([call.then(() => false), Promise.resolve(true)])
const takeAll = async (gate: Gate, count: number, personOf: (index: number) => string) =>
  Promise.all(Array.from({ length: count }, (_, index) => gate.enter(backend, personOf(index), newSink())))

const dead = () =>
  Promise.reject(
    new OAuthError('bad_gateway', 'x', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
  )
const silent = () => Promise.reject(new OAuthError('gateway_timeout', 'x'))

function useFakeClock(): void {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
}

test('of one person 128 calls run and 256 wait; one more gets a 503, another person does not', async () => {
  useFakeClock()
  const gate = new Gate()
  const running = await takeAll(gate, 128, () => 'one')
  const waiting = Array.from({ length: 256 }, () => gate.enter(backend, 'one', newSink()))
  await expect(gate.enter(backend, 'one', sink)).rejects.toMatchObject(busy)
  await expect(gate.enter(backend, 'another', sink)).resolves.toBeTypeOf('function')
  await expect(gate.enter(other, 'one', sink)).resolves.toBeTypeOf('function')

  running[0]?.()
  await expect(waiting[0]).resolves.toBeTypeOf('function')
  expect(await stillWaits(waiting[1] as Promise<unknown>)).toBe(true)
  for (const call of waiting) call.catch(() => {})
})

test('workers have equal parts of the places, of a person as well', async () => {
  useFakeClock()
  const gate = new Gate(undefined, 3)
  await takeAll(gate, 42, () => 'one')
  const waiting = Array.from({ length: 85 }, () => gate.enter(backend, 'one', newSink()))
  for (const call of waiting) call.catch(() => {})
  await expect(gate.enter(backend, 'one', sink)).rejects.toMatchObject(busy)
  await takeAll(gate, 170 - 42, (index) => `person ${index}`)
  expect(gate.inUse(backend).calls).toEqual({ running: 170, waiting: 85 })
  expect(gate.take(backend, 'a last one')).toBeUndefined()
})

test('each of the most workers that there can be has places for everybody', () => {
  const gate = new Gate(undefined, 64)
  expect(gate.take(backend, 'one')).toBeTypeOf('function')
  expect(gate.enterStream(backend, 'one')).toBeTypeOf('function')
})

test('it tells how many have a place and how many wait, and reports who gets none', async () => {
  useFakeClock()
  const gate = new Gate()
  const refused: object[] = []
  onTestFinished(onReport('backend.refused', (what) => refused.push(what)))
  expect(gate.inUse(backend)).toEqual({ calls: nobody, streams: nobody })
  const leave = await takeAll(gate, 128, () => 'one')
  const waiting = Array.from({ length: 256 }, () => gate.enter(backend, 'one', newSink()))
  const leaveStream = gate.enterStream(backend, 'one')
  expect(gate.inUse(backend)).toEqual({
    calls: { running: 128, waiting: 256 },
    streams: { running: 1, waiting: 0 },
  })
  expect(refused).toEqual([])
  await expect(gate.enter(backend, 'one', sink)).rejects.toMatchObject(busy)
  expect(refused).toEqual([{ backend: 'one', reason: 'places' }])
  for (const each of [...leave, leaveStream]) each()
  for (const call of waiting) (await call)()
  expect(gate.inUse(backend)).toEqual({ calls: nobody, streams: nobody })
})

test('a backend runs 512 calls at once and all others wait; another backend is free', async () => {
  useFakeClock()
  const gate = new Gate()
  const leave = await takeAll(gate, 512, (index) => `person ${index}`)
  const next = gate.enter(backend, 'the next', sink)
  expect(await stillWaits(next)).toBe(true)
  await expect(gate.enter(other, 'somebody', sink)).resolves.toBeTypeOf('function')
  leave[0]?.()
  await expect(next).resolves.toBeTypeOf('function')
})

test('a person who finds no place at the backend gives the own place back', async () => {
  useFakeClock()
  const gate = new Gate()
  const leave = await takeAll(gate, 512, (index) => `person ${index}`)
  for (let index = 0; index < 1024; index++) gate.enter(backend, `waits ${index}`, newSink()).catch(() => {})
  for (let tries = 0; tries < 500; tries++)
    await expect(gate.enter(backend, 'one', newSink())).rejects.toMatchObject(busy)
  await vi.advanceTimersByTimeAsync(5_000)
  for (const one of leave) one()
  expect(await takeAll(gate, 128, () => 'one')).toHaveLength(128)
})

test('nobody waits for more than five seconds, for the own place and that of the backend', async () => {
  useFakeClock()
  const gate = new Gate()
  const own = await takeAll(gate, 128, () => 'one')
  await takeAll(gate, 384, (index) => `person ${index}`)
  const call = gate.enter(backend, 'one', sink)
  const refused = expect(call).rejects.toMatchObject(busy)
  await vi.advanceTimersByTimeAsync(3_000)
  // The own place comes free, and with it one of the backend's, which somebody takes who came earlier.
  const earlier = gate.enter(backend, 'earlier', newSink())
  own[0]?.()
  await earlier
  await vi.advanceTimersByTimeAsync(1_900)
  expect(await stillWaits(call)).toBe(true)
  await vi.advanceTimersByTimeAsync(100)
  await refused
})

test('a caller who leaves gives the place in the queue up at once', async () => {
  useFakeClock()
  const gate = new Gate()
  const running = await takeAll(gate, 128, () => 'one')
  const leavers = Array.from({ length: 256 }, () => newSink())
  const left = leavers.map((leaver) =>
    expect(gate.enter(backend, 'one', leaver)).rejects.toMatchObject({ options: { cause: callerLeft } }),
  )
  for (const leaver of leavers) leaver.leave()
  await Promise.all(left)
  const next = gate.enter(backend, 'one', sink)
  running[0]?.()
  await expect(next).resolves.toBeTypeOf('function')
  const gone = newSink()
  gone.leave()
  await expect(gate.enter(backend, 'one', gone)).rejects.toMatchObject({ options: { cause: callerLeft } })
})

test('a person has 2,048 places for event streams, apart from calls, and none waits', async () => {
  const gate = new Gate()
  const leave = Array.from({ length: 2048 }, () => gate.enterStream(backend, 'one'))
  expect(() => gate.enterStream(backend, 'one')).toThrow(expect.objectContaining(busy))
  await expect(gate.enter(backend, 'one', sink)).resolves.toBeTypeOf('function')
  leave[0]?.()
  expect(gate.enterStream(backend, 'one')).toBeTypeOf('function')
})

test('event streams have 8,192 places of a backend, whoever they are of', () => {
  const gate = new Gate()
  for (let index = 0; index < 8192; index++) gate.enterStream(backend, `person ${index % 16}`)
  expect(() => gate.enterStream(backend, 'another')).toThrow(expect.objectContaining(busy))
  expect(gate.enterStream(other, 'another')).toBeTypeOf('function')
})

test('a gate is idle once every call has left', async () => {
  const gate = new Gate()
  expect(gate.isIdle).toBe(true)
  const leave = [await gate.enter(backend, 'one', sink), await gate.enter(other, 'two', sink)]
  gate.enterStream(backend, 'one')
  for (const one of leave) {
    expect(gate.isIdle).toBe(false)
    one()
  }
  expect(gate.isIdle).toBe(true)
})

test('a backend that stays unreachable gets no calls, and callers an answer at once', async () => {
  const gate = new Gate()
  for (let call = 0; call < 20; call++)
    await expect(gate.through(backend, 'one', dead)).rejects.toMatchObject({ code: 'bad_gateway' })
  let asked = false
  const ask = async () => {
    asked = true
  }
  await expect(gate.through(backend, 'another', ask)).rejects.toMatchObject({
    code: 'temporarily_unavailable',
    options: { retryAfter: 5 },
  })
  expect(asked).toBe(false)
  await expect(gate.through(other, 'one', async () => 'answer')).resolves.toBe('answer')
})

test('one person’s time-outs close a backend to nobody, and those of three people do', async () => {
  const gate = new Gate()
  for (let call = 0; call < 60; call++) await gate.through(backend, 'one', silent).catch(() => {})
  await expect(gate.through(backend, 'another', async () => 'answer')).resolves.toBe('answer')
  for (const person of ['two', 'three'])
    for (let call = 0; call < 10; call++) await gate.through(backend, person, silent).catch(() => {})
  await expect(gate.through(backend, 'another', async () => 'x')).rejects.toMatchObject({
    code: 'temporarily_unavailable',
  })
})

test('later calls probe a dead backend: none with a body, none whose caller leaves', async () => {
  useFakeClock()
  const gate = new Gate()
  for (let call = 0; call < 20; call++) await gate.through(backend, 'one', dead).catch(() => {})
  const busyBackend = { code: 'temporarily_unavailable' }
  const left = new OAuthError('bad_gateway', 'x', { cause: callerLeft })

  await vi.advanceTimersByTimeAsync(5_100)
  const upload = gate.through(backend, 'one', async () => 'x', { canProbe: false })
  await expect(upload).rejects.toMatchObject(busyBackend)
  await expect(gate.through(backend, 'one', () => Promise.reject(left))).rejects.toBe(left)
  await expect(gate.through(backend, 'one', dead)).rejects.toMatchObject({ code: 'bad_gateway' })
  await expect(gate.through(backend, 'one', async () => 'x')).rejects.toMatchObject(busyBackend)

  await vi.advanceTimersByTimeAsync(5_100)
  await expect(gate.through(backend, 'one', async () => 'answer')).resolves.toBe('answer')
  await expect(gate.through(backend, 'one', async () => 'x', { canProbe: false })).resolves.toBe('x')
})

test.each([
  ['answers badly', new OAuthError('bad_gateway', 'x', { cause: new Error('bad answer') })],
  ['was left by its caller', new OAuthError('bad_gateway', 'x', { cause: callerLeft })],
  ['waited for its caller', new OAuthError('gateway_timeout', 'x', { cause: callerStalled })],
  ['was sent too much', new OAuthError('payload_too_large', 'x')],
])('a backend that %s is alive, however often', async (_, error) => {
  const gate = new Gate()
  for (let call = 0; call < 40; call++)
    await expect(gate.through(backend, `person ${call}`, () => Promise.reject(error))).rejects.toBe(error)
  await expect(gate.through(backend, 'one', async () => 'answer')).resolves.toBe('answer')
})

test('a backend that does not even take a connection in time is dead, whoever asks', async () => {
  const gate = new Gate()
  const cause = Object.assign(new Error(), { code: 'UND_ERR_CONNECT_TIMEOUT' })
  const unconnected = () => Promise.reject(new OAuthError('gateway_timeout', 'x', { cause }))
  for (let call = 0; call < 20; call++) await gate.through(backend, 'one', unconnected).catch(() => {})
  await expect(gate.through(backend, 'one', async () => 'x')).rejects.toMatchObject({
    code: 'temporarily_unavailable',
  })
})
