/** One item of an event stream. An `id` follows the event that carries it, or comes alone. */
export type StreamMessage =
  | { kind: 'event'; type: string; data: string }
  | { kind: 'id'; id: string }
  | { kind: 'comment'; text: string }
  | { kind: 'retry'; milliseconds: number }

const longestBuffer = 1024 * 1024

/**
 * Creates a parser for one event stream. Give it each chunk of bytes; it returns the items that are complete.
 * Throws a `RangeError` when a line or an event exceeds a megabyte. HTML Standard, section 9.2.6.
 */
export function createEventStreamParser(): (chunk: Uint8Array) => StreamMessage[] {
  // Strips a byte order mark, and joins characters that were split between chunks.
  const decoder = new TextDecoder()
  let line = ''
  let endedWithReturn = false
  let type = ''
  let data = ''
  let id: string | undefined

  function* endOfEvent(): Generator<StreamMessage> {
    if (data) yield { kind: 'event', type: type || 'message', data: data.slice(0, -1) }
    if (id !== undefined) yield { kind: 'id', id }
    type = ''
    data = ''
    id = undefined
  }

  function* endOfLine(): Generator<StreamMessage> {
    if (line === '') return yield* endOfEvent()
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === '') yield { kind: 'comment', text: value }
    else if (field === 'event') type = value
    else if (field === 'data') data += `${value}\n`
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^\d+$/.test(value)) yield { kind: 'retry', milliseconds: Number(value) }
  }

  return (chunk) => {
    let text = decoder.decode(chunk, { stream: true })
    if (text === '') return []
    // The second half of a CRLF whose first half ended the previous chunk.
    if (endedWithReturn && text.startsWith('\n')) text = text.slice(1)
    endedWithReturn = text.endsWith('\r')

    const messages: StreamMessage[] = []
    const parts = text.split(/\r\n|\n|\r/)
    const rest = parts.pop() ?? ''
    for (const part of parts) {
      line += part
      messages.push(...endOfLine())
      line = ''
    }
    line += rest
    if (line.length + data.length > longestBuffer)
      throw new RangeError('an event of the stream exceeds one megabyte')
    return messages
  }
}
