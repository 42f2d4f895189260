import { type Logger, type LoggerOptions, pino } from 'pino'
import { captureOutput, writePlainly } from './capture-output.ts'
import { redactedFields } from './redacted-fields.ts'
import { currentRequest } from './request-record.ts'
import { tell } from './tell.ts'

/**
 * Milliseconds for which lines wait for others, and characters that are written at once: to write each line
 * by itself would cost more than all the rest of it.
 */
const patience = 50
const enough = 64 * 1024
/** Bytes that wait for a reader who has stopped to read; what comes beyond is dropped. */
const mostWaiting = 16 * 1024 * 1024

let opened: Logger | undefined

type Settings = { level: LoggerOptions['level'] & string; format: 'json' | 'pretty' }

/**
 * Opens the log of this process: lines of JSON on the standard output, among which nothing else is written
 * from then on; or, as `pretty`, lines for people. Lines are written in the background, and what is left of
 * them when the process ends.
 */
export async function openLog({ level, format }: Settings): Promise<Logger> {
  opened = format === 'pretty' ? pino(optionsOf(level), await prettyLines()) : openJson(level)
  return opened
}

/**
 * Opens the log of a process that also passes on the output of others: each of its lines is written by
 * itself, between theirs.
 */
export async function openLogBesideOthers({ level, format }: Settings): Promise<Logger> {
  // A reader who has gone is no fault.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  if (format === 'pretty') return openLog({ level, format })
  opened = pino(optionsOf(level), {
    write: (line) => writePlainly('stdout', line),
    flush: (done: () => void) => writePlainly('stdout', '', done),
  } as pino.DestinationStream)
  captureOutput(opened)
  return opened
}

/** The log of this process; `undefined` before it has been opened. */
export function openedLog(): Logger | undefined {
  return opened
}

function openJson(level: string): Logger {
  const { stream, onDropped } = jsonLines()
  const log = pino(optionsOf(level), stream)
  onDropped((lines) => tell(log, 'log.dropped', { lines }))
  captureOutput(log)
  return log
}

/**
 * Resolves when what was logged is written. Without this, the last lines before the end of a process may come
 * before others.
 */
export function flushed(log: Logger): Promise<void> {
  return new Promise((resolve) => log.flush(() => resolve()))
}

/** How lines are made, wherever they go. */
export function optionsOf(level: string): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (name) => ({ level: name }) },
    redact: redactedFields,
    // A new object each time: pino adds the fields of the line to it.
    mixin() {
      const request = currentRequest()
      return request ? { requestId: request.id, traceId: request.trace?.traceId } : {}
    },
  }
}

function jsonLines(): { stream: pino.DestinationStream; onDropped(tell: (lines: number) => void): void } {
  // With a least length of 0 nobody could wait for what is on its way.
  const destination = pino.destination({ dest: 1, sync: false, minLength: 1, maxLength: mostWaiting })
  let lines = ''
  let [isDue, isClosed] = [false, false]
  destination.once('close', () => {
    isClosed = true
  })
  const flush = () => {
    isDue = false
    const written = lines
    lines = ''
    if (written !== '' && !isClosed) destination.write(written)
  }
  const stream = {
    write(line: string) {
      lines += line
      if (lines.length >= enough) flush()
      if (isDue) return
      isDue = true
      setTimeout(flush, patience).unref()
    },
    flush(done: () => void) {
      flush()
      destination.flush(done)
    },
    flushSync() {
      flush()
      if (!isClosed) destination.flushSync()
    },
  }
  process.prependListener('beforeExit', flush)
  process.on('exit', stream.flushSync)
  const onDropped = (tellDropped: (lines: number) => void) => {
    let dropped = 0
    destination.on('drop', (text: string) => {
      dropped += text.split('\n').length - 1
    })
    // The reader has caught up.
    destination.on('drain', () => {
      if (dropped === 0) return
      tellDropped(dropped)
      dropped = 0
    })
  }
  return { stream, onDropped }
}

/** Lines for people on one of the outputs. */
export async function prettyLines(
  output: 'stdout' | 'stderr' = 'stdout',
): Promise<{ write(line: string): void }> {
  const { prettyFactory } = await import('pino-pretty')
  const pretty = prettyFactory({
    colorize: process[output].isTTY === true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
  })
  return { write: (line) => writePlainly(output, pretty(line)) }
}
