import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ProofMemory } from '#lib/dpop/proof-memory.ts'

const proof = (name: string) => ({
  digest: createHash('sha256').update(name).digest() as Buffer<ArrayBuffer>,
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a proof is taken once for as long as its nonce is good, and longer', () => {
  const memory = new ProofMemory()
  expect(memory.take(proof('one'), 'a person')).toBe(true)
  expect(memory.take(proof('one'), 'a person')).toBe(false)
  expect(memory.take(proof('two'), 'a person')).toBe(true)
  vi.advanceTimersByTime(69_000)
  expect(memory.take(proof('three'), 'a person')).toBe(true)
  vi.advanceTimersByTime(2_000)
  for (const name of ['one', 'two', 'three']) expect(memory.take(proof(name), 'a person')).toBe(false)
})

test('later it is forgotten', () => {
  const memory = new ProofMemory()
  memory.take(proof('one'), 'a person')
  for (let generation = 0; generation < 2; generation++) {
    vi.advanceTimersByTime(70_000)
    memory.take(proof(`of generation ${generation}`), 'a person')
  }
  expect(memory.take(proof('one'), 'a person')).toBe(true)
})

test('it forgets none that is good, however many there are, and one person fills a quarter alone', () => {
  const memory = new ProofMemory()
  const digest = Buffer.alloc(32)
  const take = (number: number, person: string) => {
    digest.writeUInt32BE(number)
    return memory.take({ digest }, person)
  }
  const full = expect.objectContaining({ code: 'temporarily_unavailable' })
  const share = 62_500
  for (let number = 0; number < share; number++) take(number, 'one')
  expect(() => take(share, 'one')).toThrow(full)
  for (const [index, person] of ['two', 'three', 'four'].entries())
    for (let number = 1; number <= share; number++) take((index + 1) * share + number, person)
  expect(() => take(5 * share, 'five')).toThrow(full)
  expect(take(0, 'one')).toBe(false)
  vi.advanceTimersByTime(70_000)
  expect(take(6 * share, 'one')).toBe(true)
  expect(take(0, 'one')).toBe(false)
})
