import { randomBytes } from 'node:crypto'

const none = Buffer.alloc(0)
const longestHead = 14
const isMasked = 0x80
/** A whole frame with the opcode of a close. */
const close = 0x88
const endpointGoesAway = 1001

/** Where one direction of a WebSocket is between two frames (RFC 6455, section 5.2). */
export class Frames {
  #head: Buffer = none
  /** Bytes of the frame's payload that are still to come. */
  #rest = 0

  /** Whether a frame of one's own may follow here. */
  get isBetween(): boolean {
    return this.#head.length === 0 && this.#rest === 0
  }

  /** Takes note of bytes that pass. */
  pass(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#rest > 0) {
        const passed = Math.min(this.#rest, chunk.length - at)
        this.#rest -= passed
        at += passed
        continue
      }
      const head = Buffer.concat([this.#head, chunk.subarray(at, at + longestHead)])
      const frame = frameOf(head)
      if (!frame) {
        this.#head = head
        return
      }
      at += frame.head - this.#head.length
      this.#head = none
      this.#rest = frame.payload
    }
  }
}

function frameOf(head: Buffer): { head: number; payload: number } | undefined {
  if (head.length < 2) return undefined
  const second = head.readUInt8(1)
  const short = second & 0x7f
  const extended = short === 127 ? 8 : short === 126 ? 2 : 0
  const length = 2 + extended + (second & isMasked ? 4 : 0)
  if (head.length < length) return undefined
  const payload =
    extended === 8 ? Number(head.readBigUInt64BE(2)) : extended === 2 ? head.readUInt16BE(2) : short
  return { head: length, payload }
}

/**
 * The frame that closes a WebSocket as the server goes away (RFC 6455, section 7.4.1). Towards a backend it
 * is masked, as everything that a client sends (section 5.3).
 */
export function goingAway({ masked }: { masked: boolean }): Buffer {
  const mask = masked ? randomBytes(4) : none
  const status = [endpointGoesAway >> 8, endpointGoesAway & 0xff]
  const sent = status.map((byte, at) => byte ^ (mask[at] ?? 0))
  return Buffer.from([close, (masked ? isMasked : 0) | sent.length, ...mask, ...sent])
}
