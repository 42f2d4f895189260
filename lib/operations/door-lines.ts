import type { TLSSocket } from 'node:tls'

/** What comes back of a command, a line each: text that it prints, then how it ended. */
export type Line = { text: string } | { exitCode: 0 } | { exitCode: 1 | 2; message: string }

/**
 * The lines that the other side of the door writes, until it leaves or is lost. Not by `readline`, for which
 * characters that JSON has within a text end a line as well (U+2028).
 */
export async function* linesOf(socket: TLSSocket): AsyncGenerator<string> {
  socket.setEncoding('utf8')
  let rest = ''
  try {
    for await (const piece of socket) {
      const lines = `${rest}${piece}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch {
    // It is lost, which is for callers as if it had left.
  }
}
