/** A sequence of numbers that looks random and is the same for the same seed (mulberry32). */
export function randomOf(seed: number) {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  const pick = <Value>(from: readonly Value[]): Value => from[below(from.length)] as Value
  return {
    below,
    pick,
    /** True once in so many times. */
    oneIn: (times: number) => below(times) === 0,
    /** So many values, each picked anew. */
    some: <Value>(most: number, from: readonly Value[]) =>
      Array.from({ length: below(most + 1) }, () => pick(from)),
  }
}

export type Random = ReturnType<typeof randomOf>
