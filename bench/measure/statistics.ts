/** Returns the median; the mean of the two middle values for an even count; `NaN` for no values. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** Returns a percentile by its share (0.99 for p99), interpolated between neighbours; `NaN` for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}
