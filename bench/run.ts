import { appendFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { BUILD, buildWhenStale, GENERATE, isStale } from '../demo/build-when-stale.ts'
import { Bench } from './bench.ts'
import { interleave } from './measure/interleave.ts'
import { type Options, readOptions } from './options.ts'
import { fullPace, quickPace } from './pace.ts'
import { machine } from './report/machine.ts'
import { markdown } from './report/markdown.ts'
import { profiles } from './report/profiles.ts'
import { type Summary, summarize } from './report/summary.ts'
import type { Scenario } from './scenarios/scenario.ts'

const began = performance.now()
const say = (text: string) =>
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}\n`)

let isStopped = false
const stopped = Promise.withResolvers<number>()
const stop = (code: number) => {
  isStopped = true
  stopped.resolve(code)
}
process.once('SIGINT', () => stop(130)).once('SIGTERM', () => stop(143))

let bench: Bench | undefined
process.exitCode = await Promise.race([
  stopped.promise,
  run().catch((error: Error) => {
    // After a signal, the interrupted work fails too: not worth a message.
    if (!isStopped) say(error.message)
    return 1
  }),
])
await bench?.close()
process.exit()

/** Runs the chosen scenarios and returns the exit code. */
async function run(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  const profileFolder = options.profile === undefined ? undefined : resolve(options.profile)
  const outputs = options.json === undefined ? undefined : startFile(options.json)
  process.chdir(join(import.meta.dirname, '..'))
  for (const build of [GENERATE, BUILD]) {
    if (isStale(build)) say(build.progress)
    if (!(await buildWhenStale({ ...build, progress: '' }))) throw new Error('Baton could not be built')
  }

  const pace = options.quick ? quickPace : fullPace
  const profileFlags = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]
  bench = new Bench(pace, say, profileFlags)
  const about = machine(bench.cores)
  outputs?.({ kind: 'machine', ...about, quick: options.quick })
  announce(options, pace)
  const summaries: Summary[] = []
  try {
    for (const scenario of options.chosen) summaries.push(await measured(scenario, bench, outputs))
  } finally {
    if (summaries.length > 0) process.stdout.write(`${about.sentence}\n\n${markdown(summaries)}`)
  }
  if (profileFolder !== undefined) {
    // A process writes its profile when it ends.
    await bench.close()
    process.stdout.write(`\n${profiles(profileFolder)}`)
  }
  return 0
}

async function measured(
  scenario: Scenario,
  bench: Bench,
  outputs: ((line: object) => void) | undefined,
): Promise<Summary> {
  const { pace } = bench
  say(`${scenario.name}: about ${Math.ceil(scenario.seconds(pace))} s`)
  const contenders = await scenario.contenders(bench)
  const samples = await interleave(contenders, scenario.rounds(pace), (what) => say(`  ${what}`))
  for (const sample of samples) outputs?.({ kind: 'sample', scenario: scenario.name, ...sample })
  const summary = summarize(scenario, samples)
  for (const row of summary.rows) outputs?.({ kind: 'summary', scenario: scenario.name, ...row })
  return summary
}

function announce({ chosen, quick }: Options, pace: typeof fullPace): void {
  const seconds = chosen.reduce((sum, scenario) => sum + scenario.seconds(pace), 0)
  say(
    `${chosen.length} scenarios${quick ? ', quick' : ''}: about ${Math.ceil(seconds / 60)} min, and the start of the servers`,
  )
}

function startFile(path: string): (line: object) => void {
  writeFileSync(path, '')
  return (line) => appendFileSync(path, `${JSON.stringify(line)}\n`)
}
