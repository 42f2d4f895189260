import { once } from 'node:events'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { setFlagsFromString } from 'node:v8'
import { setProduction } from '#lib/config/production.ts'
import type { Task } from '#lib/operations/command.ts'

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

// The reader of a pipe may leave early, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

// `npm run baton -- COMMAND`: the operator's command line.
process.exitCode = await run(process.argv.slice(2))

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
    const pieces = 'here' in task ? task.here() : await begun(task, args)
    for (;;) {
      const { done, value } = await pieces.next()
      if (done) return value === true ? 1 : 0
      await print(value)
    }
  } catch (error) {
    const faults = error instanceof ConfigurationError ? error.faults : []
    const { message } = error as Error
    const help = faults.length > 0 ? [helpOnStart] : []
    process.stderr.write(`${[message, ...faults.map((fault) => `  - ${fault}`), ...help].join('\n')}\n`)
    return error instanceof WrongUse ? 2 : 1
  }
}

async function begun(
  { run, question, takesPending }: Extract<Task, { run: unknown }>,
  args: string[],
): Promise<AsyncGenerator<string>> {
  if (question !== undefined && !(await isAnsweredYes(question))) throw new WrongUse('Nothing was done.')
  // One process at a time has the embedded database: the one that has it runs the command.
  const { embeddedDataDir } = await import('#lib/config/environment.ts')
  const dataDir = embeddedDataDir()
  if (dataDir !== undefined) {
    const { operatorDoor } = await import('#lib/operations/through-door.ts')
    const door = await operatorDoor(dataDir)
    if (door) return door(args)
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

async function* closingAfter(pieces: AsyncGenerator<string>, close: () => Promise<void>) {
  try {
    yield* pieces
  } finally {
    await close()
  }
}

// The reader of a pipe sets the pace.
async function print(piece: string): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}
