import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { endpoints } from '#lib/endpoints/all.ts'
import { buildWhenStale, PACKAGES, SERVER } from '../../demo/build-when-stale.ts'
import { fullConfig } from '../support/full-config.ts'
import startPostgres from '../support/postgres-setup.ts'
import { startStage } from '../support/stage.ts'
import { drive } from './drive.ts'
import { countRows, letTimePass } from './let-time-pass.ts'
import { growth, type Rows, type Sample } from './verdict.ts'

// `npm run test:soak -- --minutes 30`: strangers, apps and browsers at every endpoint, for a minute at least.
// The last two minutes and a half (of ten minutes and more the last five) wait for sweeps. Fails when memory,
// descriptors or tables have grown without end, and on a fault.

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)
/** Milliseconds. What many minutes have left takes several sweeps. */
const sweptWithin = minutes < 10 ? 150_000 : 300_000
const sampleEvery = 2_500

if (!(minutes >= 2)) throw new Error('A soak takes two minutes at least: --minutes 2.')
for (const build of [PACKAGES, ...SERVER]) if (!(await buildWhenStale(build))) process.exit(1)
const stopPostgres = await startPostgres()
const stage = await startStage({
  config: (partners) => fullConfig(partners, { trustedProxies: ['127.0.0.0/8'], auditDays: 30 }),
  isMeasured: true,
})

const samples: Sample[] = []
const over = new AbortController()
const began = performance.now()
const driving = drive(stage, over.signal)
const length = Math.max(minutes * 60_000 - sweptWithin, 60_000)
while (performance.now() - began < length) {
  await sleep(sampleEvery)
  samples.push(await sampleNow())
  tell(`${seconds()} s: ${JSON.stringify(samples.at(-1))}`)
}
over.abort()
const { answers, faults, paths } = await driving
const missed = endpoints.filter(({ path }) => !paths.has(path)).map(({ path }) => `nobody asked ${path}`)
const full = await countRows(stage.sql)
await letTimePass(stage.sql)
const left = await sweptRows(full)
const found = [...missed, ...growth(samples, left), ...faults.slice(0, 20), ...faultsIn(stage.baton.log())]
await stage.close()
await stopPostgres?.()
tell(`${seconds()} s: ${JSON.stringify({ answers, full, left })}\n`)
for (const line of found) process.stdout.write(`  ${line}\n`)
process.exit(found.length > 0 ? 1 : 0)

async function sampleNow(): Promise<Sample> {
  const { heap, external } = await stage.baton.measure()
  const descriptors = (await readdir(`/proc/${stage.baton.process.pid}/fd`).catch(() => [])).length
  return { heap, external, descriptors }
}

/** The rows once a sweep has been by, or when it should have been. Keys, people and builds stay. */
async function sweptRows(before: Rows): Promise<Rows> {
  let rows = before
  for (const end = performance.now() + sweptWithin; performance.now() < end; ) {
    await sleep(2_000)
    // What a sweep has ended, the next one removes a day later.
    await letTimePass(stage.sql)
    rows = await countRows(stage.sql)
    if (Object.values(rows).every((count) => count <= 100)) break
  }
  return rows
}

function faultsIn(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => /server_error|nothing has caught|unhandledRejection/.test(line))
    .slice(0, 20)
}

function seconds(): number {
  return Math.round((performance.now() - began) / 1000)
}

function tell(text: string): void {
  process.stdout.write(process.stdout.isTTY ? `\r${text}` : `${text}\n`)
}
