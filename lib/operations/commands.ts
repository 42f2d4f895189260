import { didYouMean } from '#lib/config/near-miss.ts'
import { audit } from './audit.ts'
import { backup, copyForBackup } from './backup.ts'
import { check } from './check.ts'
import { databaseState } from './check-database.ts'
import { type Command, type Run, type Task, WrongUse } from './command.ts'
import { explainToken } from './explain-token.ts'
import { keys } from './keys.ts'
import { migrate } from './migrate.ts'
import { people } from './people.ts'
import { restore } from './restore.ts'
import { sessions } from './sessions.ts'
import { version } from './version.ts'

const commands = new Map<string, Command>(
  Object.entries({
    check,
    'explain-token': explainToken,
    people,
    sessions,
    audit,
    keys,
    migrate,
    backup,
    restore,
    version,
  }),
)

/** What commands have the process do that holds the embedded database. */
const inner = new Map<string, Run>(
  Object.entries({ 'database-state': databaseState, 'copy-for-backup': copyForBackup }),
)

/** Reads the name of a command and its arguments. Throws `WrongUse`. */
export function readCommand([name = '', ...args]: string[]): Task {
  const command = commands.get(name)
  if (command) return command.read(args)
  const meant = didYouMean(name, commands.keys())
  throw new WrongUse(`There is no command "${name}"${meant}\n${helpText()}`)
}

/** The same for what comes by the operator's door. Throws `WrongUse`. */
export function readAtDoor(args: string[]): Run {
  const own = inner.get(args[0] ?? '')
  if (own) return own
  const task = readCommand(args)
  if ('run' in task) return task.run
  throw new WrongUse(`"${args[0]}" is not for the door`)
}

/** What all commands do, and their arguments. */
export function helpText(): string {
  return [
    'Usage: npm run -s baton -- COMMAND [OPTIONS]',
    '',
    ...[...commands].flatMap(([name, { summary, usage }]) => [
      `  ${name.padEnd(14)} ${summary}`,
      ...usage.split('\n').map((line) => `${' '.repeat(17)}${line}`),
    ]),
    '',
    'Every command takes --json. All read .env as `npm start` does.',
    'Exit code: 0 fine, 1 found faults or failed, 2 wrong use.',
    '',
  ].join('\n')
}
