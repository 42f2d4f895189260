/** What a server holds at a moment: bytes of memory after a collection of garbage, and descriptors. */
export type Sample = { heap: number; external: number; descriptors: number }

/** Rows of each table. */
export type Rows = Record<string, number>

const MB = 1024 * 1024
/** Growth that is noise, or caches that fill. */
const mayGrow = { heap: 10 * MB, external: 20 * MB, descriptors: 50 }
/** Rows that may be left when all that can be over is over: living keys, leases, people. */
const mayStay = 100

/**
 * What has grown without end, in plain sentences: memory and descriptors, whose last quarter is compared with
 * the second one, and tables that a sweep should have emptied.
 */
export function growth(samples: readonly Sample[], left: Rows): string[] {
  const quarter = Math.floor(samples.length / 4)
  if (quarter < 1) throw new Error('a soak needs at least four samples')
  const grown = (['heap', 'external', 'descriptors'] as const).flatMap((what) => {
    const early = median(samples.slice(quarter, 2 * quarter).map((sample) => sample[what]))
    const late = median(samples.slice(-quarter).map((sample) => sample[what]))
    return late > early * 1.1 + mayGrow[what] ? [`${what} has grown from ${early} to ${late}`] : []
  })
  const kept = Object.entries(left).flatMap(([table, rows]) =>
    rows > mayStay ? [`${rows} rows of ${table} stay that are over`] : [],
  )
  return [...grown, ...kept]
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number
}
