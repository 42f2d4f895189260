import { didYouMean } from '#lib/config/near-miss.ts'
import { type Command, type Run, type Task, WrongUse } from './command.ts'

type Load<What> = () => Promise<What>

// Each loads what it alone needs: most of the time that a command takes is spent on that.
const commands = new Map<string, Load<Command>>(
  Object.entries({
    check: async () => (await import('./check.ts')).check,
    'explain-token': async () => (await import('./explain-token.ts')).explainToken,
    people: async () => (await import('./people.ts')).people,
    sessions: async () => (await import('./sessions.ts')).sessions,
    audit: async () => (await import('./audit.ts')).audit,
    keys: async () => (await import('./keys.ts')).keys,
    migrate: async () => (await import('./migrate.ts')).migrate,
    backup: async () => (await import('./backup.ts')).backup,
    restore: async () => (await import('./restore.ts')).restore,
    version: async () => (await import('./version.ts')).version,
  }),
)

/** What commands have the process do that holds the embedded database. */
const inner = new Map<string, Load<Run>>(
  Object.entries({
    'database-state': async () => (await import('./check-database.ts')).databaseState,
    'copy-for-backup': async () => (await import('./backup.ts')).copyForBackup,
  }),
)

/** Reads the name of a command and its arguments. Throws `WrongUse`. */
export async function readCommand([name = '', ...args]: string[]): Promise<Task> {
  const load = commands.get(name)
  if (load) return (await load()).read(args)
  const meant = didYouMean(name, commands.keys())
  throw new WrongUse(`There is no command "${name}"${meant}`, [await helpText()])
}

/** The same for what comes by the operator's door. Throws `WrongUse`. */
export async function readAtDoor(args: string[]): Promise<Extract<Task, { run: Run }>> {
  const load = inner.get(args[0] ?? '')
  if (load) return { run: await load() }
  const task = await readCommand(args)
  if ('run' in task) return task
  throw new WrongUse(`"${args[0]}" is not for the door`)
}

/** What all commands do, and their arguments. */
export async function helpText(): Promise<string> {
  const all = await Promise.all([...commands].map(async ([name, load]) => ({ name, ...(await load()) })))
  return [
    'Usage: npm run -s baton -- COMMAND [OPTIONS]',
    '',
    ...all.flatMap(({ name, summary, usage }) => [
      `  ${name.padEnd(14)} ${summary}`,
      ...usage.split('\n').map((line) => `${' '.repeat(17)}${line}`),
    ]),
    '',
    'Every command takes --json. All read .env as `npm start` does.',
    'Exit code: 0 fine, 1 found faults or failed, 2 wrong use.',
    '',
  ].join('\n')
}
