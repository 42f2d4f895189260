import { appendFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SERVER } from '../demo/build-when-stale.ts'
import { Bench } from './bench.ts'
import { build } from './build.ts'
import { interleave } from './measure/interleave.ts'
import { type Options, readOptions } from './options.ts'
import { fullPace, type Pace, quickPace } from './pace.ts'
import { machine } from './report/machine.ts'
import { markdown } from './report/markdown.ts'
import { profiles } from './report/profiles.ts'
import { type Summary, summarize } from './report/summary.ts'
import { say } from './say.ts'
import type { Scenario } from './scenarios/scenario.ts'

type Around = {
  /** The folder that paths on the command line are relative to. */
  from: string
  /** Called with the run, which the caller must close. */
  onStart(bench: Bench): void
}

type Output = (line: object) => void

/** Runs the scenarios that the command line names, prints the results, and returns the exit code. */
export async function runScenarios(args: string[], { from, onStart }: Around): Promise<number> {
  const options = readOptions(args)
  const profileFolder = options.profile === undefined ? undefined : resolve(from, options.profile)
  const output = options.json === undefined ? undefined : startFile(resolve(from, options.json))
  for (const what of SERVER) await build(what)

  const pace = options.quick ? quickPace : fullPace
  const profileFlags = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]
  const bench = new Bench(pace, say, profileFlags)
  onStart(bench)
  const about = machine(bench.cores)
  output?.({ kind: 'machine', ...about, quick: options.quick })
  announce(options, pace)
  const summaries: Summary[] = []
  try {
    for (const scenario of options.chosen) summaries.push(await measured(scenario, bench, output))
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

async function measured(scenario: Scenario, bench: Bench, output: Output | undefined): Promise<Summary> {
  const { pace } = bench
  say(`${scenario.name}: about ${Math.ceil(scenario.seconds(pace))} s`)
  const contenders = await scenario.contenders(bench)
  const samples = await interleave(contenders, scenario.rounds(pace), (what) => say(`  ${what}`))
  for (const sample of samples) output?.({ kind: 'sample', scenario: scenario.name, ...sample })
  const summary = summarize(scenario, samples)
  for (const row of summary.rows) output?.({ kind: 'summary', scenario: scenario.name, ...row })
  return summary
}

function announce({ chosen, quick }: Options, pace: Pace): void {
  const seconds = chosen.reduce((sum, scenario) => sum + scenario.seconds(pace), 0)
  const what = `${chosen.length} scenarios${quick ? ', quick' : ''}`
  say(`${what}: about ${Math.ceil(seconds / 60)} min, plus the start of the servers`)
}

function startFile(path: string): Output {
  writeFileSync(path, '')
  return (line) => appendFileSync(path, `${JSON.stringify(line)}\n`)
}
