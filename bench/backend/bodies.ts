const pattern = Buffer.alloc(64 * 1024, 'abcdefghijklmnopqrstuvwxyz012345')

/** 1 kB of JSON, the same for every call. */
export const kilobyte = Buffer.from(
  JSON.stringify({
    items: Array.from({ length: 24 }, (_, id) => ({ id: 1000 + id, name: `item ${id}`, open: true })),
  })
    .padEnd(1024)
    .slice(0, 1024),
)

/** Yields `length` bytes in pieces of 64 kB, the same at every call. */
export function* bytes(length: number): Generator<Buffer> {
  for (let left = length; left > 0; left -= pattern.length) yield pattern.subarray(0, left)
}

/** Checks piece by piece whether a body consists of the bytes that `bytes` yields. */
export class BytesCheck {
  length = 0
  isRight = true

  take(chunk: Buffer): void {
    // Comparing the first bytes of each piece finds lost, doubled or displaced ones. Comparing all would cost
    // more than sending them.
    const at = this.length % 32
    const sample = chunk.subarray(0, 32)
    this.isRight &&= pattern.subarray(at, at + sample.length).equals(sample)
    this.length += chunk.length
  }
}
