import { stripVTControlCharacters } from 'node:util'
import type { Logger } from 'pino'
import { tell } from './tell.ts'

type Stream = 'stdout' | 'stderr'

/** Characters of one text that are logged. */
const longest = 1500

const plainly = {
  stdout: process.stdout.write.bind(process.stdout),
  stderr: process.stderr.write.bind(process.stderr),
}

/**
 * Makes log lines of what anything else writes to the standard output and to the error output, so that the
 * log stays JSON, line by line. Returns the function that ends it.
 */
export function captureOutput(log: Logger): () => void {
  const restore = (['stdout', 'stderr'] as const).map((stream) => {
    const { write } = process[stream]
    process[stream].write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      tellOutput(log, stream, chunk)
      const done = rest.find((each) => typeof each === 'function') as (() => void) | undefined
      if (done) process.nextTick(done)
      return true
    }
    return () => {
      process[stream].write = write
    }
  })
  return () => {
    for (const each of restore) each()
  }
}

/**
 * Writes to one of the outputs itself, whatever becomes of what others write there. Calls `done` when it is
 * written, or cannot be.
 */
export function writePlainly(stream: Stream, chunk: string | Uint8Array, done?: () => void): void {
  plainly[stream](chunk, done)
}

function tellOutput(log: Logger, stream: Stream, chunk: string | Uint8Array): void {
  const text = stripVTControlCharacters(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
  const line = { stream, text: text.trim().slice(0, longest) }
  if (line.text !== '') tell(log, stream === 'stdout' ? 'output' : 'output.error', line)
}
