import type { Bench } from '../bench.ts'
import type { Contender } from '../measure/interleave.ts'
import type { Pace } from '../pace.ts'

export type Column = {
  key: string
  title: string
  /** Which is better; only then is there a ratio. */
  better?: 'more' | 'less'
  /** What stands for all rounds: the median, or the highest of them. */
  summary?: 'median' | 'highest'
  digits?: number
}

export type Scenario = {
  /** As in `--only`. */
  name: string
  /** One sentence for the reader of the table. */
  about: string
  columns: readonly Column[]
  /** Whom the ratios are of: how many times better the subject is than each other row, or each row than the base. */
  compare: { subject: string } | { base: string }
  rounds(pace: Pace): number
  /** How long it takes, about; without the start of servers. */
  seconds(pace: Pace): number
  contenders(bench: Bench): Promise<Contender[]>
}

/** Most scenarios have the rounds of the run's pace. */
export const roundsOfPace = ({ rounds }: Pace): number => rounds
