import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as nextRound } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Asker } from '#lib/callers/asker.ts'
import { PageTurns } from '#lib/endpoints/page-turns.ts'

// The rounds of the loop stay what they are.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const person = (name: string): Asker => ({ kind: 'person', name })
const address = (name: string): Asker => ({ kind: 'address', name })
const anybody: Asker = { kind: 'anybody', name: '' }
const busy = { code: 'temporarily_unavailable', options: { retryAfter: 1 } }

/** Pages that note when they begin, and end when a test says so. */
function newPages({ isQuiet = true } = {}) {
  const turns = new PageTurns(() => isQuiet)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  return {
    turns,
    begun,
    /** Asks for a page. */
    ask(asker: Asker, page: string, work = () => {}) {
      const res = Object.assign(new EventEmitter(), { closed: false })
      const done = turns.take(asker, res as unknown as ServerResponse, () => {
        begun.push(page)
        work()
        return new Promise((end) => ends.set(page, end))
      })
      return {
        done,
        leave() {
          res.closed = true
          res.emit('close')
        },
      }
    },
    async end(page: string) {
      ends.get(page)?.()
      for (let round = 0; round < 5; round++) await nextRound()
    },
  }
}

test('one page is rendered at a time', async () => {
  const { ask, end, begun } = newPages()
  for (const page of ['1', '2', '3']) ask(anybody, page)
  for (const expected of [['1'], ['1', '2'], ['1', '2', '3']]) {
    await nextRound()
    expect(begun).toEqual(expected)
    await end(expected.at(-1) as string)
  }
  ask(anybody, '4')
  await nextRound()
  expect(begun.at(-1)).toBe('4')
})

test('those who ask take turns, however many pages one of them wants', async () => {
  const { ask, end, begun } = newPages()
  for (const page of ['a1', 'a2', 'a3', 'a4']) ask(address('a'), page)
  for (const page of ['b1', 'b2']) ask(person('b'), page)
  ask(address('b'), 'c1')
  for (let turn = 0; turn < 7; turn++) await end(begun.at(-1) ?? '')
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
})

test.each([
  ['a person', person('a'), 32, person('b')],
  ['an address', address('a'), 32, address('b')],
  ['whoever cannot be told from others', anybody, 96, person('a')],
])('of %s so many pages wait, and others still find room', async (_, asker, most, other) => {
  const { turns, ask } = newPages()
  ask(asker, 'is rendered')
  for (let page = 0; page < most; page++) ask(asker, `${page}`)
  expect(() => turns.requireRoom(asker)).toThrow(expect.objectContaining(busy))
  await expect(ask(asker, 'one more').done).rejects.toMatchObject(busy)
  turns.requireRoom(other)
})

test('strangers leave room for people, and no more than 128 pages wait in all', async () => {
  const { turns, ask } = newPages()
  ask(anybody, 'is rendered')
  for (let page = 0; page < 96; page++) ask(address(`${page}`), `${page}`)
  expect(() => turns.requireRoom(address('new'))).toThrow(expect.objectContaining(busy))
  for (let page = 0; page < 32; page++) ask(person(`${page}`), `of ${page}`)
  expect(() => turns.requireRoom(person('new'))).toThrow(expect.objectContaining(busy))
})

test('who leaves gives the turn up, and the room', async () => {
  const { turns, ask, end, begun } = newPages()
  ask(anybody, 'first')
  for (let round = 0; round < 2; round++) {
    const leavers = Array.from({ length: 96 }, (_, page) => ask(anybody, `${page}`))
    for (const { leave } of leavers) leave()
    await Promise.all(leavers.map(({ done }) => done))
  }
  turns.requireRoom(anybody)
  ask(anybody, 'last')
  await end('first')
  expect(begun).toEqual(['first', 'last'])
})

test('nothing is rendered for who has left', async () => {
  const { turns, ask, begun } = newPages()
  const res = Object.assign(new EventEmitter(), { closed: true }) as unknown as ServerResponse
  const render = vi.fn(async () => {})
  await turns.take(anybody, res, render)
  ask(anybody, 'next')
  await turns.take(anybody, res, render)
  for (let round = 0; round < 5; round++) await nextRound()
  expect([begun, render.mock.calls]).toEqual([['next'], []])
})

test('a page that fails says so, and its turn ends', async () => {
  const { turns, ask, begun } = newPages()
  const res = Object.assign(new EventEmitter(), { closed: false }) as unknown as ServerResponse
  await expect(turns.take(anybody, res, () => Promise.reject(new Error('no page')))).rejects.toThrow(
    'no page',
  )
  ask(anybody, 'next')
  for (let round = 0; round < 5; round++) await nextRound()
  expect(begun).toEqual(['next'])
})

test('a page that waits for something else does not hold up the others for long', async () => {
  const { ask, begun } = newPages()
  ask(anybody, 'never ends')
  ask(anybody, 'next')
  await vi.advanceTimersByTimeAsync(500)
  for (let round = 0; round < 5; round++) await nextRound()
  expect(begun).toEqual(['never ends', 'next'])
})

test('while calls run, the loop is left to them after each page', async () => {
  const spin = () => {
    for (const end = performance.now() + 20; performance.now() < end; );
  }
  const [quiet, loud] = [newPages({ isQuiet: true }), newPages({ isQuiet: false })]
  for (const { ask, end } of [quiet, loud]) {
    ask(anybody, 'first', spin)
    ask(anybody, 'next')
    await end('first')
  }
  expect([quiet.begun, loud.begun]).toEqual([['first', 'next'], ['first']])
  await vi.advanceTimersByTimeAsync(50)
  await nextRound()
  expect(loud.begun).toEqual(['first', 'next'])
})

test('three addresses with all places of strangers leave room for the first page of another', async () => {
  const { ask, turns } = newPages()
  ask(anybody, 'is rendered')
  const filling = ['a', 'b', 'c'].flatMap((name) =>
    Array.from({ length: 32 }, (_, page) => ask(address(name), `${name}${page}`)),
  )
  const last = filling[31]?.done
  ask(address('newcomer'), 'first')
  await expect(last).rejects.toMatchObject(busy)
  // A second one waits as long as others have their first.
  expect(() => turns.requireRoom(address('newcomer'))).toThrow(expect.objectContaining(busy))
})

test('strangers take no place of people, who have room while one of them has several', async () => {
  const { ask, turns } = newPages()
  ask(anybody, 'is rendered')
  for (const name of ['a', 'b', 'c', 'd'])
    for (let page = 0; page < 32; page++) ask(person(name), `${name}${page}`)
  expect(() => turns.requireRoom(address('stranger'))).toThrow(expect.objectContaining(busy))
  turns.requireRoom(person('newcomer'))
})
