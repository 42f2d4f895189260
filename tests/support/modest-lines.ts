import { expect } from 'vitest'

/** Bytes of a line that a stranger may cause. */
const longest = 2_000

/** Expects that no line of the log is long or has a stack. */
export function expectModest(lines: string[]): void {
  expect(lines.filter((line) => line.includes('"stack"'))).toEqual([])
  expect(lines.filter((line) => Buffer.byteLength(line) > longest)).toEqual([])
}
