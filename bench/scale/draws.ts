/** Draws a time in milliseconds. */
export type Draw = (random: Random) => number

/** Returns the next number of a series in [0, 1). */
export type Random = () => number

/** A series of numbers that is the same for the same seed (the generator `mulberry32`). */
export function seeded(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Always the same time. */
export const always =
  (milliseconds: number): Draw =>
  () =>
    milliseconds

/** Times between two arrivals that know nothing of each other, or of a service without memory. */
export const exponential =
  (mean: number): Draw =>
  (random) =>
    -mean * Math.log(1 - random())

/** Times that are alike, some much longer: `spread` is their deviation as a part of the mean. */
export function lognormal(mean: number, spread: number): Draw {
  const variance = Math.log(1 + spread ** 2)
  const middle = Math.log(mean) - variance / 2
  return (random) => Math.exp(middle + Math.sqrt(variance) * normal(random))
}

/** Any time between the two, with the same chance. */
export const between =
  (least: number, most: number): Draw =>
  (random) =>
    least + (most - least) * random()

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
