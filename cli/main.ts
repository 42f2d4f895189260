import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { setFlagsFromString } from 'node:v8'
import { setProduction } from '#lib/config/production.ts'
import type { Task } from '#lib/operations/command.ts'
import { outputFault, print, printFailure } from './output.ts'

// Next and its libraries look at NODE_ENV when they are loaded.
setProduction()
// The embedded database has a function so large that compiling it to better code takes longer than most
// commands, and the process would wait for that at its end.
setFlagsFromString('--wasm-tiering-budget=1000000000')
// As the server does: compiled once for both.
enableCompileCache(join(import.meta.dirname, '../.next/cache/node'))
const { ConfigurationError } = await import('#lib/config/configuration-error.ts')
const { WrongUse } = await import('#lib/operations/command.ts')
const { helpText, readCommand } = await import('#lib/operations/commands.ts')
const { helpOnStart } = await import('#lib/telemetry/help.ts')

const leaving = new AbortController()

// `npm run baton -- COMMAND`: the operator's command line.
process.exitCode = await run(process.argv.slice(2))
// What had begun is finished or undone; now the signal may do what it does to any program.
if (leaving.signal.aborted) process.kill(process.pid, leaving.signal.reason)

/** Runs a command. Returns the exit code: 0 fine, 1 found faults or failed, 2 wrong use. */
async function run(args: string[]): Promise<number> {
  const [name] = args
  if (name === 'help' || name === '--help' || args.includes('--help')) {
    await print(await helpText())
    return 0
  }
  try {
    // Before anything is opened for it.
    const task = await readCommand(args)
    if ('question' in task && task.question !== undefined && !(await isAnsweredYes(task.question)))
      throw new WrongUse('Nothing was done.')
    if (task.changes) finishFirst()
    const hasFaults = await printed(
      'here' in task ? task.here(leaving.signal) : await begun(task, args),
      task,
    )
    const unwritten = outputFault()
    if (unwritten && unwritten !== 'EPIPE')
      throw new Error(`The command has ended well, and its output cannot be written (${unwritten}).`)
    return hasFaults ? 1 : 0
  } catch (error) {
    const { message } = error as Error
    const faults = error instanceof ConfigurationError ? error.faults : []
    const isMisused = error instanceof WrongUse
    const help = isMisused ? error.help : faults.length > 0 ? [helpOnStart] : []
    await printFailure({ message, faults, help }, args)
    return isMisused ? 2 : 1
  }
}

// A command that changes something is not left half done: the first signal waits for it.
function finishFirst(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      process.stderr.write('Finishing what has begun; once more breaks it off.\n')
      leaving.abort(signal)
    })
}

async function printed(
  pieces: AsyncGenerator<string, boolean | undefined>,
  { changes }: Task,
): Promise<boolean> {
  for (;;) {
    const { done, value } = await pieces.next()
    if (done) return value === true
    await print(value as string)
    // Nobody reads on, and what is left of it would change nothing.
    if (outputFault() && !changes) await pieces.return(undefined)
  }
}

async function begun(
  { run, takesPending }: Extract<Task, { run: unknown }>,
  args: string[],
): Promise<AsyncGenerator<string, undefined>> {
  // One process at a time has the embedded database: the one that has it runs the command.
  const { embeddedDataDir } = await import('#lib/config/environment.ts')
  const dataDir = embeddedDataDir()
  if (dataDir !== undefined) {
    const { throughDoor } = await import('#lib/operations/through-door.ts')
    const pieces = await throughDoor(dataDir, args)
    if (pieces) return pieces
  }
  const { loadConfig } = await import('#lib/config/load.ts')
  const { openForCommand } = await import('#lib/operations/own-process.ts')
  const { needs, close } = await openForCommand(await loadConfig(), { takesPending })
  return closingAfter(run(needs), close)
}

async function isAnsweredYes(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new WrongUse(`${question} Add --yes, as nobody can be asked here: this is no terminal.`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}

async function* closingAfter(
  pieces: AsyncGenerator<string>,
  close: () => Promise<void>,
): AsyncGenerator<string, undefined> {
  try {
    yield* pieces
  } finally {
    await close()
  }
}
