import { afterEach, expect, test, vi } from 'vitest'
import { callerLeft, callerStalled } from '#lib/backends/forward.ts'
import { Gate } from '#lib/backends/gate.ts'
import type { Backend } from '#lib/config/backends.ts'
import { OAuthError } from '#lib/oauth/error.ts'

const gates: Gate[] = []

function newGate(): Gate {
  const gate = new Gate()
  gates.push(gate)
  return gate
}

afterEach(() => {
  for (const gate of gates.splice(0)) gate.close()
})

const backend = { name: 'one' } as Backend
const other = { name: 'other' } as Backend
const busy = { code: 'temporarily_unavailable', options: { retryAfter: 1 } }

const dead = () =>
  Promise.reject(
    new OAuthError('bad_gateway', 'x', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
  )

test('of one session 128 calls run and 384 wait; one more gets a 503, another session does not', async () => {
  const gate = newGate()
  const running = await Promise.all(Array.from({ length: 128 }, () => gate.enter(backend, 'sid')))
  const waiting = Array.from({ length: 384 }, () => gate.enter(backend, 'sid'))
  await expect(gate.enter(backend, 'sid')).rejects.toMatchObject(busy)
  await expect(gate.enter(backend, 'another')).resolves.toBeTypeOf('function')

  running[0]?.()
  await expect(waiting[0]).resolves.toBeTypeOf('function')
  await expect(Promise.race([waiting[1], Promise.resolve('still waiting')])).resolves.toBe('still waiting')
})

test('a backend runs 512 calls at once and all others wait; another backend is free', async () => {
  const gate = newGate()
  const leave = await Promise.all(
    Array.from({ length: 512 }, (_, index) => gate.enter(backend, `sid ${index}`)),
  )
  const next = gate.enter(backend, 'the next')
  await expect(Promise.race([next, Promise.resolve('waiting')])).resolves.toBe('waiting')
  await expect(gate.enter(other, 'somebody')).resolves.toBeTypeOf('function')
  leave[0]?.()
  await expect(next).resolves.toBeTypeOf('function')
})

test('a session that finds no place at the backend gives its own place back', async () => {
  const gate = newGate()
  for (let index = 0; index < 512 + 1024; index++) gate.enter(backend, `sid ${index}`)
  for (let tries = 0; tries < 500; tries++)
    await expect(gate.enter(backend, 'sid')).rejects.toMatchObject(busy)
  await expect(gate.enter(other, 'sid')).resolves.toBeTypeOf('function')
})

test('a session has 1,024 places for event streams, apart from its calls, and none waits', async () => {
  const gate = newGate()
  const leave = await Promise.all(Array.from({ length: 1024 }, () => gate.enterStream(backend, 'sid')))
  await expect(gate.enterStream(backend, 'sid')).rejects.toMatchObject(busy)
  await expect(gate.enter(backend, 'sid')).resolves.toBeTypeOf('function')
  leave[0]?.()
  await new Promise(setImmediate)
  await expect(gate.enterStream(backend, 'sid')).resolves.toBeTypeOf('function')
})

test('a backend that stays unreachable gets no calls, and callers an answer at once', async () => {
  const gate = newGate()
  for (let call = 0; call < 20; call++)
    await expect(gate.through(backend, dead)).rejects.toMatchObject({ code: 'bad_gateway' })
  let asked = false
  const ask = async () => {
    asked = true
  }
  await expect(gate.through(backend, ask)).rejects.toMatchObject({
    code: 'temporarily_unavailable',
    options: { retryAfter: 5 },
  })
  expect(asked).toBe(false)
  await expect(gate.through(other, async () => 'answer')).resolves.toBe('answer')
})

test('event streams have 8,192 places of a backend, whoever they are of', async () => {
  const gate = newGate()
  const sids = Array.from({ length: 8192 }, (_, index) => `sid ${index % 16}`)
  await Promise.all(sids.map((sid) => gate.enterStream(backend, sid)))
  await expect(gate.enterStream(backend, 'another')).rejects.toMatchObject(busy)
  await expect(gate.enterStream(other, 'another')).resolves.toBeTypeOf('function')
})

test('later one call probes a dead backend: none with a body, none whose caller leaves', async () => {
  vi.useFakeTimers()
  const gate = newGate()
  for (let call = 0; call < 20; call++) await gate.through(backend, dead).catch(() => {})
  const busyBackend = { code: 'temporarily_unavailable' }
  const left = new OAuthError('bad_gateway', 'x', { cause: callerLeft })

  await vi.advanceTimersByTimeAsync(5_100)
  await expect(gate.through(backend, async () => 'x', { canProbe: false })).rejects.toMatchObject(busyBackend)
  await expect(gate.through(backend, () => Promise.reject(left))).rejects.toBe(left)
  await expect(gate.through(backend, async () => 'x')).rejects.toMatchObject(busyBackend)

  await vi.advanceTimersByTimeAsync(5_100)
  await expect(gate.through(backend, async () => 'answer')).resolves.toBe('answer')
  await expect(gate.through(backend, async () => 'x', { canProbe: false })).resolves.toBe('x')
  vi.useRealTimers()
})

test.each([
  ['answers badly', new OAuthError('bad_gateway', 'x', { cause: new Error('bad answer') })],
  ['was left by its caller', new OAuthError('bad_gateway', 'x', { cause: callerLeft })],
  ['waited for its caller', new OAuthError('gateway_timeout', 'x', { cause: callerStalled })],
  ['was sent too much', new OAuthError('payload_too_large', 'x')],
])('a backend that %s is alive, however often', async (_, error) => {
  const gate = newGate()
  for (let call = 0; call < 40; call++)
    await expect(gate.through(backend, () => Promise.reject(error))).rejects.toBe(error)
  await expect(gate.through(backend, async () => 'answer')).resolves.toBe('answer')
})
