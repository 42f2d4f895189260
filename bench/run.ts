import { join } from 'node:path'
import { PACKAGES } from '../demo/build-when-stale.ts'
import type { Bench } from './bench.ts'
import { build } from './build.ts'
import { say } from './say.ts'

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
  const from = process.cwd()
  process.chdir(join(import.meta.dirname, '..'))
  // Imported after this build: the scenarios import packages that a fresh clone has not built yet.
  await build(PACKAGES)
  const { runScenarios } = await import('./run-scenarios.ts')
  return runScenarios(process.argv.slice(2), {
    from,
    onStart(started) {
      bench = started
    },
  })
}
