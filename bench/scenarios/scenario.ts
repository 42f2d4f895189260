import type { Bench } from '../bench.ts'
import type { Contender } from '../measure/interleave.ts'
import type { Pace } from '../pace.ts'

export type Column = {
  key: string
  title: string
  /** Which direction is better. Without it there is no ratio. */
  better?: 'more' | 'less'
  /** How the rounds are combined: the median (default) or the highest value. */
  summary?: 'median' | 'highest'
  digits?: number
}

export type Scenario = {
  /** The name for `--only`. */
  name: string
  /** One sentence for readers of the table. */
  about: string
  columns: readonly Column[]
  /**
   * What the ratios compare: how many times better the subject is than each row, or each row than the base.
   */
  compare: { subject: string } | { base: string }
  rounds(pace: Pace): number
  /** The approximate duration in seconds, without the start of servers. */
  seconds(pace: Pace): number
  contenders(bench: Bench): Promise<Contender[]>
}

/** Returns the rounds of the run's pace, which most scenarios use. */
export const roundsOfPace = ({ rounds }: Pace): number => rounds
