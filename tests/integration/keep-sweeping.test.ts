import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { extendWorkLease, takeWorkLease } from '#lib/db/leases.ts'
import { pass } from '#lib/sessions/keep-sweeping.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { smallProcess } from '../support/small-process.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const config = await configOf({ file: {} })
let works = 0

/** Some work of which nobody has the lease; `batches` tells what each pass does. */
function work(batches: (pass: number) => AsyncGenerator<number>) {
  let passes = 0
  return {
    name: `work ${++works}`,
    batches: () => batches(passes++),
    passes: () => passes,
    done: 'rows removed',
    failed: 'could not remove rows',
  }
}

async function* twoBatches() {
  yield 3
  yield 4
}

onEachDatabase((instances) => {
  const lapse = (name: string) => instances()[0].$executeRaw`
    UPDATE leases SET until = now() WHERE name = ${name}`
  const secondsLeft = async (name: string) => {
    const [row] = await instances()[0].$queryRaw<{ left: number }[]>`
      SELECT extract(epoch FROM until - now())::float AS left FROM leases WHERE name = ${name}`
    return row?.left ?? 0
  }

  test('of any number of instances one does a pass, and no other begins after it', async () => {
    const [a, b] = instances()
    const some = work(twoBatches)
    const processes = [a, b, a, b].map((db) => smallProcess(db, config))
    await Promise.all(processes.map((process) => pass(some, process)))
    await Promise.all(processes.map((process) => pass(some, process)))
    expect(some.passes()).toBe(1)
    expect(processes.map(({ text }) => text()).join('')).toMatch(/"rows":7/)
    await lapse(some.name)
    await Promise.all(processes.map((process) => pass(some, process)))
    expect(some.passes()).toBe(2)
  })

  test('the lease of a killed instance lapses within a minute', async () => {
    const [a, b] = instances()
    const some = work(twoBatches)
    expect(await takeWorkLease(a, some.name, 50)).toBeDefined()
    await pass(some, smallProcess(b, config))
    expect(some.passes()).toBe(0)
    expect(await secondsLeft(some.name)).toBeLessThan(60)
    await lapse(some.name)
    await pass(some, smallProcess(b, config))
    expect(some.passes()).toBe(1)
  })

  test('a long pass extends its lease between batches, and stops when another instance has it', async () => {
    const [a, b] = instances()
    const seen: number[] = []
    const some = work(async function* () {
      for (let batch = 0; ; batch++) {
        seen.push(await secondsLeft(some.name))
        if (batch === 2) {
          await lapse(some.name)
          expect(await takeWorkLease(b, some.name, 50)).toBeDefined()
        } else
          await b.$executeRaw`UPDATE leases SET until = now() + interval '1 second' WHERE name = ${some.name}`
        vi.setSystemTime(Date.now() + 10_000)
        yield 1
      }
    })
    await pass(some, smallProcess(a, config))
    expect(seen).toHaveLength(3)
    for (const left of seen) expect(left).toBeGreaterThan(1)
  })

  test('only the holder extends a lease', async () => {
    const [a, b] = instances()
    const { name } = work(twoBatches)
    const first = await takeWorkLease(a, name, 50)
    await lapse(name)
    const second = await takeWorkLease(b, name, 50)
    expect([
      first && (await extendWorkLease(a, first, 50)),
      second && (await extendWorkLease(b, second, 50)),
    ]).toEqual([false, true])
  })

  test('a pass that fails is one warning that says how far it came', async () => {
    const [a] = instances()
    const some = work(async function* () {
      yield 5
      throw new Error('the table is gone')
    })
    const process = smallProcess(a, config)
    await pass(some, process)
    expect(process.text().match(/"event":"sweep.failed"/g)).toHaveLength(1)
    expect(process.text()).toMatch(/"rows":5/)
  })

  test('a process that stops begins no further batch, and one that has stopped no pass', async () => {
    const [a] = instances()
    const stopping = new AbortController()
    let batches = 0
    const some = work(async function* () {
      for (; batches < 10; batches++) {
        stopping.abort()
        yield 1
      }
    })
    const process = { ...smallProcess(a, config), stopping: stopping.signal }
    await pass(some, process)
    expect(batches).toBe(0)
    await lapse(some.name)
    await pass(some, process)
    expect(some.passes()).toBe(1)
  })
})
