import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { Bench } from '../bench.ts'
import { type Baton, batonOf } from '../competitors/baton.ts'
import type { Caller } from '../measure/load.ts'
import { cpuMicroseconds } from '../measure/process-usage.ts'
import { percentile } from '../measure/statistics.ts'
import { quickPace } from '../pace.ts'
import { machine } from '../report/machine.ts'
import { say } from '../say.ts'
import type { Cost, Costs, OperationName, Point } from './costs.ts'
import { goFirst } from './go-first.ts'
import { type MeasuredOperation, operationsOf } from './operations.ts'
import {
  between,
  bytesPerRow,
  type Counters,
  countersOf,
  postgresCpu,
  timeFlushes,
} from './postgres-counters.ts'

// Measures what each operation costs and writes `costs.json`, which the simulation reads.

const callers = 16
const seconds = 3
/** Seconds of an operation before it is measured: until then its code is slow. */
const warmUp = 3
/** Calls of an operation whose rows and transactions are counted. */
const counted = 800
/** Milliseconds after which the pool has closed its connections, and all that they counted has arrived. */
const settled = 12_000

const bench = new Bench(quickPace, say)
try {
  const baton = await batonOf(bench, 'postgres')
  const admin = new Client({ connectionString: baton.databaseUrl })
  await admin.connect()
  bench.defer(() => admin.end())
  await timeFlushes(admin)
  const costs = await costsOf(baton, admin)
  writeFileSync(new URL('./costs.json', import.meta.url), `${JSON.stringify(costs, null, 2)}\n`)
} finally {
  await bench.close()
}
process.exit()

async function costsOf(baton: Baton, admin: Client): Promise<Costs> {
  const operations = await operationsOf(bench, baton)
  await sleep(settled)
  const idle = await whileIdle(baton, admin)
  const found: Partial<Record<OperationName, Cost>> = {}
  let point: Point | undefined
  let flush = { milliseconds: 0, commits: 0 }
  for (const operation of operations) {
    say(operation.name)
    const times = await leastDisturbed(() => underLoad(baton, admin, operation))
    if (operation.name === 'hand-off') point = { callers, ...times }
    await sleep(settled)
    const before = await countersOf(admin)
    await inParallel(operation, counted)
    await sleep(settled)
    const after = await countersOf(admin)
    const { baton: cpu, postgres } = times
    found[operation.name] = { requests: operation.requests, baton: cpu, postgres, ...each(before, after) }
    if (operation.name === 'hand-off') flush = flushOf(before, after)
    function each(from: Counters, to: Counters) {
      const own = (what: keyof Counters, inBackground = 0) =>
        Math.max(0, (to[what] - from[what] - inBackground * (to.at - from.at)) / counted)
      return {
        transactions: rounded(own('transactions', idle.transactions), 1),
        rowsWritten: rounded(own('rowsWritten'), 1),
        walBytes: rounded(own('walBytes'), 0),
        walImageBytes: rounded(own('walImages') * 8192, 0),
      }
    }
  }
  return {
    machine: machine(bench.cores).sentence,
    measuredAt: new Date().toISOString().slice(0, 10),
    operations: found as Record<OperationName, Cost>,
    idle,
    point: point as Point,
    flush,
    bytesPerRow: await bytesPerRow(admin),
  }
}

function flushOf(before: Counters, after: Counters) {
  const flushes = after.commitFlushes - before.commitFlushes
  return {
    milliseconds: rounded((after.flushMilliseconds - before.flushMilliseconds) / flushes, 3),
    commits: rounded(counted / flushes, 2),
  }
}

async function whileIdle(baton: Baton, admin: Client): Promise<Costs['idle']> {
  const [before, cpu, server] = [
    await countersOf(admin),
    cpuMicroseconds(baton.pids),
    await postgresCpu(admin),
  ]
  await sleep(settled)
  const after = await countersOf(admin)
  const passed = after.at - before.at
  return {
    transactions: rounded((after.transactions - before.transactions) / passed, 1),
    baton: rounded((cpuMicroseconds(baton.pids) - cpu) / passed, 0),
    postgres: rounded(between(server, await postgresCpu(admin)) / passed, 0),
  }
}

/** Others on the machine can only make an operation slower. */
async function leastDisturbed<Times extends { perSecond: number }>(measure: () => Promise<Times>) {
  const tries: Times[] = []
  for (let again = 0; again < 3; again++) tries.push(await measure())
  return tries.toSorted((a, b) => b.perSecond - a.perSecond)[0] as Times
}

/** Many callers at a time: what a call takes of CPU, and how long it lasts. */
async function underLoad(
  baton: Baton,
  admin: Client,
  operation: MeasuredOperation,
): Promise<Omit<Point, 'callers'>> {
  const all = await opened(operation)
  await repeat(all, 0.5)
  const back = goFirst([process.pid, ...baton.pids, ...(await postgresCpu(admin)).keys()])
  try {
    await repeat(all, warmUp)
    const [before, cpu, own] = [await postgresCpu(admin), cpuMicroseconds(baton.pids), process.cpuUsage()]
    const began = performance.now()
    const times = await repeat(all, seconds)
    const elapsed = performance.now() - began
    const used = cpuMicroseconds(baton.pids) - cpu
    const { user, system } = process.cpuUsage(own)
    return {
      perSecond: rounded(times.length / (elapsed / 1000), 0),
      p50: rounded(percentile(times, 0.5), 1),
      p99: rounded(percentile(times, 0.99), 1),
      baton: rounded(used / times.length, 0),
      postgres: rounded(between(before, await postgresCpu(admin)) / times.length, 0),
      generator: rounded((user + system) / times.length, 0),
      busy: rounded(used / 1000 / elapsed, 2),
    }
  } finally {
    back()
    for (const caller of all) caller.close()
  }
}

function opened({ open }: MeasuredOperation): Promise<Caller[]> {
  return Promise.all(Array.from({ length: callers }, (_, index) => open(index)))
}

async function inParallel(operation: MeasuredOperation, calls: number): Promise<void> {
  const all = await opened(operation)
  let begun = 0
  await Promise.all(
    all.map(async (caller) => {
      while (begun++ < calls) await caller.call()
      caller.close()
    }),
  )
}

async function repeat(all: readonly Caller[], forSeconds: number): Promise<number[]> {
  const times: number[] = []
  const deadline = performance.now() + forSeconds * 1000
  await Promise.all(
    all.map(async (caller) => {
      for (let began = performance.now(); began < deadline; ) {
        await caller.call()
        const ended = performance.now()
        times.push(ended - began)
        began = ended
      }
    }),
  )
  return times
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
