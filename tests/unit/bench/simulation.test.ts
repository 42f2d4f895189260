import { describe, expect, test } from 'vitest'
import { always, between, type Draw, exponential, lognormal, seeded } from '../../../bench/scale/draws.ts'
import type { Model } from '../../../bench/scale/model.ts'
import { simulate } from '../../../bench/scale/simulation.ts'

const long = { warmUp: 20_000, until: 1_020_000 }
const short = { warmUp: 5_000, until: 65_000 }

/** One station with some servers, which each operation uses once. */
function oneStation(servers: number, service: Draw, load: Model['load']): Model {
  return {
    ofInstance: {},
    instances: 1,
    shared: { desk: servers },
    operation: [[{ use: 'desk', for: service }]],
    load,
  }
}

/** Two requests, each to an instance and its database. */
const twoRequests: Model = {
  ofInstance: { core: 1, connection: 2 },
  instances: 4,
  shared: { database: 2 },
  operation: [1, 2].map(() => [
    { use: 'core', for: lognormal(2, 0.5) },
    { take: 'connection' },
    { use: 'database', for: lognormal(1, 0.5) },
    { pass: between(1, 2) },
    { give: 'connection' },
  ]),
  load: { perSecond: 600 },
}

/** Erlang's formula C: the chance to wait before servers of which `offered` are busy on average. */
function chanceToWait(servers: number, offered: number): number {
  let [term, sum] = [1, 0]
  for (let busy = 0; busy < servers; busy++) {
    sum += term
    term *= offered / (busy + 1)
  }
  const all = (term * servers) / (servers - offered)
  return all / (sum + all)
}

describe('a simulation agrees with what is known of queues:', () => {
  test.each([0.5, 0.8])('the mean time at one server that is %d busy (M/M/1)', (busy) => {
    const outcome = simulate(oneStation(1, exponential(10), { perSecond: busy * 100 }), long)
    expect(outcome.mean / (10 / (1 - busy))).toBeCloseTo(1, 1)
    expect(outcome.busy.desk).toBeCloseTo(busy, 1)
    expect(outcome.p99 / ((10 / (1 - busy)) * Math.log(100))).toBeCloseTo(1, 1)
  })

  test.each([2, 4, 16])('the mean time at %d servers that are 0.85 busy (M/M/c)', (servers) => {
    const offered = servers * 0.85
    const expected = 10 + (chanceToWait(servers, offered) * 10) / (servers - offered)
    const load = { perSecond: offered * 100 }
    const until = 1_500_000 / servers
    const outcome = simulate(oneStation(servers, exponential(10), load), { warmUp: 5_000, until })
    expect(outcome.mean / expected).toBeCloseTo(1, 1)
  })

  test('constant services wait half as long as ones without memory (M/D/1)', () => {
    const outcome = simulate(oneStation(1, always(10), { perSecond: 80 }), long, 2)
    expect((outcome.mean - 10) / (0.8 * 10 * 0.5 * 5)).toBeCloseTo(1, 1)
  })

  test('there are as many operations inside as come in the time of one (Little)', () => {
    const { inside, perSecond, mean } = simulate(twoRequests, short)
    expect(inside / ((perSecond * mean) / 1000)).toBeCloseTo(1, 2)
  })

  test('many callers go as fast as the bottleneck, and few as fast as one operation', () => {
    const of = (callers: number) => simulate({ ...twoRequests, load: { callers } }, short)
    // Four cores of 4 ms, two cores of 2 ms: 1000 a second each. A connection holds 2.5 ms, twice.
    const many = of(200)
    expect(many.perSecond / 1000).toBeCloseTo(1, 1)
    expect(Math.max(many.busy.core as number, many.busy.database as number)).toBeGreaterThan(0.95)
    expect(of(1).perSecond / (1000 / (4 + 2 + 3))).toBeCloseTo(1, 2)
  })

  test('a queue that gets more than it can serve grows by the difference', () => {
    const outcome = simulate(oneStation(1, always(10), { perSecond: 150 }), { warmUp: 0, until: 100_000 })
    expect(outcome.perSecond).toBeCloseTo(100, 0)
    expect(outcome.left / (50 * 100)).toBeCloseTo(1, 1)
  })
})

describe('when one of four instances dies,', () => {
  const death = { ...twoRequests, deathAt: 10_000 }

  test('what was in it is lost, and nothing else: everybody else is answered or under way', () => {
    const { lost, begun, ended, left } = simulate(death, { warmUp: 0, until: 60_000 })
    expect(lost).toBeGreaterThan(0)
    expect(begun).toBe(ended + lost + left)
    // Just before, so many were inside of all four.
    const before = simulate(twoRequests, { warmUp: 5_000, until: 10_000 })
    expect(lost).toBeLessThan(before.inside)
  })

  test('of requests that only wait, exactly those inside are lost, and never answered', () => {
    const slow: Model = {
      ofInstance: {},
      instances: 4,
      shared: {},
      operation: [[{ pass: always(5_000) }]],
      load: { perSecond: 100 },
    }
    const before = simulate(slow, { warmUp: 0, until: 4_000 })
    expect(before.ended).toBe(0)
    const { lost, ended } = simulate({ ...slow, deathAt: 4_000 }, { warmUp: 0, until: 9_000 })
    expect(lost).toBe(Math.ceil(before.begun / 4))
    expect(ended).toBe(before.begun - lost)
  })

  test('the other three do its work', () => {
    const { perSecond, busy } = simulate(death, { warmUp: 20_000, until: 80_000 })
    expect(perSecond / 600).toBeCloseTo(1, 1)
    expect(busy.core).toBeCloseTo((600 * 4) / 1000 / 4, 1)
  })

  test('the other three do no more than three can', () => {
    const load = { perSecond: 900 }
    const { perSecond } = simulate({ ...death, load }, { warmUp: 20_000, until: 40_000 })
    expect(perSecond).toBeLessThan(1.02 * 750)
    expect(perSecond).toBeGreaterThan(500)
  })

  test('callers who lost their operation begin another one', () => {
    const { left } = simulate({ ...death, load: { callers: 20 } }, { warmUp: 0, until: 20_000 })
    expect(left).toBe(20)
  })
})

test('the same seed gives the same outcome, and another one another', () => {
  expect(simulate(twoRequests, short, 7)).toEqual(simulate(twoRequests, short, 7))
  expect(simulate(twoRequests, short, 8)).not.toEqual(simulate(twoRequests, short, 7))
})

test.each([
  ['exponential', exponential(5), 5],
  ['lognormal', lognormal(5, 0.6), 3],
  ['between', between(2, 8), Math.sqrt(3)],
  ['always', always(5), 0],
])('times that are %s have the mean and the deviation that they say', (_, draw, deviation) => {
  const random = seeded(3)
  const times = Array.from({ length: 200_000 }, () => draw(random))
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length
  expect(mean).toBeCloseTo(5, 1)
  expect(Math.sqrt(variance)).toBeCloseTo(deviation, 0)
  expect(Math.min(...times.slice(0, 1000))).toBeGreaterThanOrEqual(0)
})
