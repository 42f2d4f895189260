import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Circuit, type Outcome } from '#lib/backends/circuit.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** So many calls of a person, all with this outcome. */
function tell(circuit: Circuit, person: string, outcome: Outcome, count: number): void {
  for (let call = 0; call < count; call++) circuit.tell(outcome, person, 'call')
}

const isOpen = (circuit: Circuit) => circuit.admits('anybody', false) === undefined

function opened(): Circuit {
  const circuit = new Circuit()
  tell(circuit, 'a', 'unreachable', 20)
  expect(isOpen(circuit)).toBe(true)
  vi.advanceTimersByTime(5_000)
  return circuit
}

test.each<[string, boolean, (circuit: Circuit) => void]>([
  ['19 refused connections', false, (c) => tell(c, 'a', 'unreachable', 19)],
  ['20 of one person', true, (c) => tell(c, 'a', 'unreachable', 20)],
  [
    'less than half',
    false,
    (c) => {
      tell(c, 'a', 'answered', 31)
      tell(c, 'a', 'unreachable', 30)
    },
  ],
  [
    'half',
    true,
    (c) => {
      tell(c, 'a', 'answered', 30)
      tell(c, 'a', 'unreachable', 30)
    },
  ],
  ['60 time-outs of one person', false, (c) => tell(c, 'a', 'silent', 60)],
  [
    '60 time-outs of one person and as many of another',
    false,
    (c) => {
      for (const person of ['a', 'b']) tell(c, person, 'silent', 60)
    },
  ],
  [
    '60 time-outs of one person and a single one of two others',
    false,
    (c) => {
      for (const [person, count] of [
        ['b', 1],
        ['c', 1],
        ['a', 60],
      ] as const)
        tell(c, person, 'silent', count)
    },
  ],
  [
    'three silent people with enough calls',
    true,
    (c) => {
      for (const person of ['a', 'b', 'c']) tell(c, person, 'silent', 7)
    },
  ],
  [
    'four silent people, while one person’s time-outs do not weigh against them',
    true,
    (c) => {
      tell(c, 'z', 'silent', 500)
      for (const person of ['a', 'b', 'c']) tell(c, person, 'silent', 5)
    },
  ],
  [
    'three silent people at a backend that answers others',
    false,
    (c) => {
      tell(c, 'd', 'answered', 40)
      for (const person of ['a', 'b', 'c']) tell(c, person, 'silent', 60)
    },
  ],
  ['calls that their callers left', false, (c) => tell(c, 'a', 'nothing', 100)],
  [
    'hundreds of silent people within a second',
    true,
    (c) => {
      tell(c, 'a', 'answered', 450)
      for (let person = 0; person < 500; person++) tell(c, `${person}`, 'silent', 1)
    },
  ],
])('%s: open is %s', (_, open, happen) => {
  const circuit = new Circuit()
  happen(circuit)
  expect(isOpen(circuit)).toBe(open)
})

test('what is older than ten seconds does not count', () => {
  const circuit = new Circuit()
  tell(circuit, 'a', 'unreachable', 15)
  vi.advanceTimersByTime(11_000)
  tell(circuit, 'a', 'unreachable', 15)
  expect(isOpen(circuit)).toBe(false)
  vi.advanceTimersByTime(5_000)
  tell(circuit, 'a', 'unreachable', 5)
  expect(isOpen(circuit)).toBe(true)
})

test('for five seconds no call goes, and then probes of three people, one each', () => {
  const circuit = new Circuit()
  tell(circuit, 'a', 'unreachable', 20)
  vi.advanceTimersByTime(4_900)
  expect(circuit.admits('a', true)).toBeUndefined()
  vi.advanceTimersByTime(100)
  expect(circuit.admits('a', false)).toBeUndefined()
  expect(['a', 'a', 'b', 'c', 'd'].map((person) => circuit.admits(person, true))).toEqual([
    'probe',
    undefined,
    'probe',
    'probe',
    undefined,
  ])
})

test('the first answer to a probe closes it, and what was before is forgotten', () => {
  const circuit = opened()
  circuit.admits('a', true)
  circuit.admits('b', true)
  circuit.tell('answered', 'a', 'probe')
  expect(isOpen(circuit)).toBe(false)
  tell(circuit, 'c', 'unreachable', 10)
  expect(isOpen(circuit)).toBe(false)
  // The other probe is a call as any other.
  circuit.tell('unreachable', 'b', 'probe')
  expect(isOpen(circuit)).toBe(false)
})

test('a probe that cannot reach it opens it again', () => {
  const circuit = opened()
  circuit.admits('a', true)
  circuit.tell('unreachable', 'a', 'probe')
  expect(circuit.admits('b', true)).toBeUndefined()
  vi.advanceTimersByTime(5_000)
  expect(circuit.admits('b', true)).toBe('probe')
})

test('a silent probe opens it again for nobody but its person, until three people had one', () => {
  const circuit = opened()
  for (const person of ['a', 'b']) {
    expect(circuit.admits(person, true)).toBe('probe')
    circuit.tell('silent', person, 'probe')
    expect(circuit.admits(person, true)).toBeUndefined()
  }
  expect(circuit.admits('c', true)).toBe('probe')
  circuit.tell('silent', 'c', 'probe')
  expect(circuit.admits('d', true)).toBeUndefined()
  vi.advanceTimersByTime(5_000)
  for (const person of ['a', 'b', 'c']) expect(circuit.admits(person, true)).toBe('probe')
})

test('who is alone with a backend probes again after a silent probe, until it answers', () => {
  const circuit = opened()
  for (let round = 0; round < 10; round++) {
    expect(circuit.admits('a', true)).toBe('probe')
    circuit.tell('silent', 'a', 'probe')
    expect(circuit.admits('a', true)).toBeUndefined()
    vi.advanceTimersByTime(5_000)
  }
  expect(circuit.admits('a', true)).toBe('probe')
  circuit.tell('answered', 'a', 'probe')
  expect(isOpen(circuit)).toBe(false)
})

test('one person’s silent probe keeps nobody else’s from closing it', () => {
  const circuit = opened()
  circuit.admits('slow', true)
  expect(circuit.admits('a', true)).toBe('probe')
  circuit.tell('answered', 'a', 'probe')
  expect(isOpen(circuit)).toBe(false)
})

test('a probe whose caller left proves nothing and lets the next one go', () => {
  const circuit = opened()
  for (const person of ['a', 'b', 'c', 'a']) {
    expect(circuit.admits(person, true)).toBe('probe')
    circuit.tell('nothing', person, 'probe')
  }
  expect(isOpen(circuit)).toBe(true)
})

test('a call from before it opened says nothing while it is open', () => {
  const circuit = opened()
  circuit.tell('answered', 'a', 'call')
  expect(isOpen(circuit)).toBe(true)
})
