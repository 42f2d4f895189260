/** Characters of such a text, and errors that are looked at. */
const longest = 300
const mostErrors = 6

/**
 * What led to a failure, in one short text for the log: the messages from the outermost to the innermost
 * error, with their codes and without a stack. A stranger may cause any number of such lines, and choose
 * some of the words. `undefined` where there is nothing to tell.
 */
export function causeText(cause: unknown): string | undefined {
  if (typeof cause === 'string') return plain(cause)
  const told: string[] = []
  let next = cause as Detailed | undefined
  for (let count = 0; count < mostErrors && typeof next?.message === 'string'; count++) {
    const { message, code } = next
    const text = typeof code !== 'string' || message.includes(code) ? message : `${message} (${code})`
    // Of several attempts at several addresses, each is an error of its own, and the whole has no message.
    if (text !== '' && !told.at(-1)?.includes(text)) told.push(text.trim())
    next = innerOf(next)
  }
  return told.length > 0 ? plain(told.join(': ')) : undefined
}

// Written as JSON, a control character would be six.
function plain(text: string): string {
  return text.slice(0, longest).replace(/\p{Cc}/gu, ' ')
}

type Detailed = { message?: unknown; code?: unknown; cause?: unknown; errors?: unknown }

// Auth.js keeps the error in `cause.err`.
function innerOf({ cause, errors }: Detailed): Detailed | undefined {
  const [first] = Array.isArray(errors) ? errors : []
  const inner = (cause as { err?: unknown } | undefined)?.err ?? cause ?? first
  return typeof inner === 'object' && inner !== null ? inner : undefined
}
