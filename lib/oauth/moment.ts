/**
 * A point in time by both clocks, in milliseconds. The wall clock can be set forward and back; the monotonic
 * one cannot, and stands still while the machine sleeps.
 */
export type Moment = { wall: number; monotonic: number }

/** Now, to measure an age from. */
export function thisMoment(): Moment {
  return { wall: Date.now(), monotonic: performance.now() }
}

/**
 * Milliseconds since a moment, by the clock that counts more: what is kept in memory seems too old rather
 * than too new.
 */
export function since({ wall, monotonic }: Moment): number {
  return Math.max(Date.now() - wall, performance.now() - monotonic)
}
