import type { Bench } from '../bench.ts'
import type { Contender } from '../measure/interleave.ts'
import { type LoadOptions, load, warmUp } from '../measure/load.ts'

export type UnderLoad = LoadOptions & {
  name: string
  /** What is warm after the first warm-up. Default: `name`. */
  warms?: string
  /** Next's own code needs a longer warm-up. */
  isNext?: boolean
}

/** Returns a contender that is measured under steady load, after a warm-up of each of its processes. */
export function underLoad(
  bench: Bench,
  { name, warms = name, isNext = false, ...options }: UnderLoad,
): Contender {
  const { settle, measure: seconds, patience } = bench.pace
  return {
    name,
    warmUp: () => {
      const least = bench.warmUpSeconds(warms, isNext) * options.pids.length
      return warmUp(options, { least, patience })
    },
    measure: () => load(options, { settle, seconds }),
  }
}
