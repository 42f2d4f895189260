import { type Logger, pino } from 'pino'

/** A log of every level whose lines a test can read. */
export function readableLog(): { log: Logger; text(): string } {
  const lines: string[] = []
  const log = pino({ level: 'trace', base: null }, { write: (line: string) => lines.push(line) })
  return { log, text: () => lines.join('') }
}
