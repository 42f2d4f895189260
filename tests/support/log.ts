import { type Logger, pino } from 'pino'
import { optionsOf } from '#lib/telemetry/logger.ts'

/** A log of every level whose lines a test can read. */
export function readableLog(): { log: Logger; text(): string } {
  const lines: string[] = []
  const log = pino(optionsOf('trace'), { write: (line: string) => lines.push(line) })
  return { log, text: () => lines.join('') }
}
