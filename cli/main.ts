import { once } from 'node:events'
import { setProduction } from '#lib/config/production.ts'
import type { Run } from '#lib/operations/command.ts'

// Next and its libraries look at NODE_ENV when they are loaded.
setProduction()
const { embeddedDataDir } = await import('#lib/config/environment.ts')
const { ConfigurationError, loadConfig } = await import('#lib/config/load.ts')
const { openDatabase } = await import('#lib/db/open.ts')
const { WrongUse } = await import('#lib/operations/command.ts')
const { helpText, readCommand } = await import('#lib/operations/commands.ts')
const { operatorDoor } = await import('#lib/operations/operator-door.ts')

// `npm run baton -- COMMAND`: the operator's command line.
process.exitCode = await run(process.argv.slice(2))

/** Runs a command. Returns the exit code: 0 fine, 1 failed, 2 wrong use. */
async function run(args: string[]): Promise<number> {
  const [name] = args
  if (name === 'help' || name === '--help' || args.includes('--help')) {
    await print(helpText())
    return 0
  }
  try {
    // Before anything is opened for it.
    const command = readCommand(args)
    for await (const piece of await begun(command, args)) await print(piece)
    return 0
  } catch (error) {
    const faults = error instanceof ConfigurationError ? error.faults : []
    const { message } = error as Error
    process.stderr.write(`${[message, ...faults.map((fault) => `  - ${fault}`)].join('\n')}\n`)
    return error instanceof WrongUse ? 2 : 1
  }
}

async function begun(command: Run, args: string[]): Promise<AsyncGenerator<string>> {
  // One process at a time has the embedded database: the one that has it runs the command.
  const dataDir = embeddedDataDir()
  const door = dataDir === undefined ? undefined : await operatorDoor(dataDir)
  if (door) return door(args)
  const config = await loadConfig()
  const { db, close } = await openDatabase(config.database)
  return closingAfter(command({ db, config }), close)
}

async function* closingAfter(pieces: AsyncGenerator<string>, close: () => Promise<void>) {
  try {
    yield* pieces
  } finally {
    await close()
  }
}

// The reader of a pipe sets the pace; one that leaves, such as `head`, ends it.
async function print(piece: string): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})
