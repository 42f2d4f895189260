export type Answer = {
  status: number
  /** The status line and the header lines, as received. */
  head: string
  /** Empty when the body went to a sink. */
  body: Buffer
}

type Sink = (chunk: Buffer) => void

const nothing: Buffer = Buffer.alloc(0)

/**
 * Reads successive HTTP/1.1 answers from the pieces of a connection. Bodies have a `content-length` or are
 * chunked.
 */
export class AnswerReader {
  #head: string | undefined
  #rest: Buffer = nothing
  #body: Buffer[] = []
  #sink: Sink | undefined
  /** Bytes left of the body or the current chunk; -1 before the size line of a chunk. */
  #left = 0
  #chunked = false

  /** Begins the next answer. Its body goes to the sink, if there is one, instead of into memory. */
  begin(sink: Sink | undefined): void {
    this.#sink = sink
  }

  /** Takes a piece. Returns the answer when the piece completes it. Throws at invalid input. */
  push(piece: Buffer): Answer | undefined {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece
    this.#rest = nothing
    if (this.#head === undefined) {
      const end = data.indexOf('\r\n\r\n')
      if (end < 0) {
        this.#rest = data
        return undefined
      }
      this.#readHead(data.toString('latin1', 0, end))
      data = data.subarray(end + 4)
    }
    return (this.#chunked ? this.#readChunks(data) : this.#readLength(data)) ? this.#finish() : undefined
  }

  #readHead(head: string): void {
    this.#head = head
    const status = statusOf(head)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    this.#chunked = length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head)
    if (length === undefined && !this.#chunked && status !== 204 && status !== 304)
      throw new Error(`an answer without a length:\n${head}`)
    this.#left = this.#chunked ? -1 : Number(length ?? 0)
  }

  #readLength(data: Buffer): boolean {
    this.#left -= data.length
    if (this.#left < 0) throw new Error('an answer longer than it said')
    this.#take(data)
    return this.#left === 0
  }

  #readChunks(data: Buffer): boolean {
    let at = 0
    for (;;) {
      if (this.#left < 0) {
        const line = data.indexOf('\r\n', at)
        if (line < 0) break
        const size = Number.parseInt(data.toString('latin1', at, line), 16)
        // The body ends with an empty chunk and an empty line; none of these servers sends trailers.
        if (size === 0 && data.length < line + 4) break
        if (size === 0) return true
        this.#left = size + 2
        at = line + 2
      }
      const taken = data.subarray(at, at + this.#left)
      this.#take(taken.subarray(0, Math.max(0, Math.min(taken.length, this.#left - 2))))
      at += taken.length
      this.#left -= taken.length
      if (this.#left > 0) return false
      this.#left = -1
    }
    this.#rest = data.subarray(at)
    return false
  }

  #take(data: Buffer): void {
    if (data.length === 0) return
    if (this.#sink) this.#sink(data)
    else this.#body.push(data)
  }

  #finish(): Answer {
    const head = this.#head ?? ''
    const [only = nothing] = this.#body
    const body = this.#body.length > 1 ? Buffer.concat(this.#body) : only
    this.#head = undefined
    this.#body = []
    this.#sink = undefined
    return { status: statusOf(head), head, body }
  }
}

function statusOf(head: string): number {
  return Number(head.slice(9, 12))
}
