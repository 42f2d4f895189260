import { expect, test } from 'vitest'
import { Frames } from '#lib/backends/websocket-frames.ts'

/** Frames of each length's form, masked or not, and where each one ends. */
function frames(): { bytes: Buffer; ends: Set<number> } {
  const parts: Buffer[] = []
  const ends = new Set([0])
  for (const length of [0, 1, 125, 126, 300, 65_535, 65_536, 70_000])
    for (const isMasked of [false, true]) {
      const mask = isMasked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0)
      const bit = isMasked ? 0x80 : 0
      const head =
        length < 126
          ? Buffer.from([0x82, bit | length])
          : length < 65_536
            ? Buffer.from([0x82, bit | 126, length >> 8, length & 255])
            : Buffer.from([0x82, bit | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255])
      parts.push(head, mask, Buffer.alloc(length, 0x88))
      ends.add(Buffer.concat(parts).length)
    }
  return { bytes: Buffer.concat(parts), ends }
}

test.for([1, 2, 3, 7, 1000, 65_536, 1_000_000])(
  'the place between two frames is known when bytes come %i at a time',
  (size) => {
    const { bytes, ends } = frames()
    const seen = new Frames()
    expect(seen.isBetween).toBe(true)
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = bytes.subarray(at, at + size)
      seen.pass(chunk)
      const reached = at + chunk.length
      if (seen.isBetween !== ends.has(reached)) expect({ reached, isBetween: seen.isBetween }).toBe('right')
    }
    expect(seen.isBetween).toBe(true)
  },
)
