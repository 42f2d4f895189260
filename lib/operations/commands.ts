import { audit } from './audit.ts'
import { type Command, type Run, WrongUse } from './command.ts'

const commands = new Map<string, Command>([['audit', audit]])

/** Reads the name of a command and its arguments; the result runs it. Throws `WrongUse`. */
export function readCommand([name = '', ...args]: string[]): Run {
  const command = commands.get(name)
  if (!command) throw new WrongUse(`There is no command "${name}".\n${helpText()}`)
  return command.read(args)
}

/** What all commands do, and their arguments. */
export function helpText(): string {
  return [
    'Usage: npm run -s baton -- COMMAND [OPTIONS]',
    '',
    ...[...commands].flatMap(([name, { summary, usage }]) => [
      `  ${name.padEnd(10)} ${summary}`,
      `${' '.repeat(13)}${usage}`,
    ]),
    '',
    'Reads .env as `npm start` does. Exit code: 0 fine, 1 found faults or failed, 2 wrong use.',
    '',
  ].join('\n')
}
