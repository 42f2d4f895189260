import { Transform } from 'node:stream'

/** Bytes of a line that are kept back until its end has come. */
const longest = 1024 * 1024
const newline = 10

/** Passes on bytes in chunks that end with a line, so that lines of several sources do not mix. */
export class WholeLines extends Transform {
  #begun: Buffer[] = []
  #bytes = 0

  override _transform(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const end = chunk.lastIndexOf(newline) + 1
    if (end > 0) this.#passOn(chunk.subarray(0, end))
    if (end < chunk.length) this.#keep(chunk.subarray(end))
    if (this.#bytes > longest) this.#passOn(Buffer.from('\n'))
    done()
  }

  override _flush(done: () => void): void {
    if (this.#bytes > 0) this.#passOn(Buffer.from('\n'))
    done()
  }

  #keep(part: Buffer): void {
    this.#begun.push(part)
    this.#bytes += part.length
  }

  #passOn(part: Buffer): void {
    this.push(Buffer.concat([...this.#begun, part]))
    this.#begun = []
    this.#bytes = 0
  }
}
