import type { Sample } from '../measure/interleave.ts'
import { median } from '../measure/statistics.ts'
import type { Column, Scenario } from '../scenarios/scenario.ts'

export type Row = {
  contender: string
  values: Record<string, number>
  /** How many times better, by the key of each column with a `better`. */
  ratios: Record<string, number>
}

export type Summary = { scenario: Scenario; rows: Row[] }

/**
 * Returns one row per contender: the median of its rounds, and the median of the rounds' ratios. The ratio of
 * two medians would compare a lucky round with an unlucky one.
 */
export function summarize(scenario: Scenario, samples: readonly Sample[]): Summary {
  const { columns, compare } = scenario
  const contenders = [...new Set(samples.map(({ contender }) => contender))]
  const fixed = 'subject' in compare ? compare.subject : compare.base
  const rows = contenders.map((contender) => ({
    contender,
    values: Object.fromEntries(columns.map((column) => [column.key, summaryOf(column, contender, samples)])),
    ratios: Object.fromEntries(
      columns
        .filter(({ better }) => better && contender !== fixed)
        .map((column) => [
          column.key,
          'subject' in compare
            ? timesBetter(column, compare.subject, contender, samples)
            : timesBetter(column, contender, compare.base, samples),
        ]),
    ),
  }))
  return { scenario, rows }
}

function summaryOf({ key, summary }: Column, contender: string, samples: readonly Sample[]): number {
  const values = samples.filter((sample) => sample.contender === contender).map(({ values }) => values[key])
  const known = values.filter((value) => value !== undefined)
  return summary === 'highest' ? Math.max(...known) : median(known)
}

function timesBetter(
  { key, better }: Column,
  subject: string,
  other: string,
  samples: readonly Sample[],
): number {
  const value = (contender: string, round: number) =>
    samples.find((sample) => sample.contender === contender && sample.round === round)?.values[key] ??
    Number.NaN
  const rounds = [...new Set(samples.map(({ round }) => round))]
  return median(
    rounds.map((round) => {
      const [own, others] = [value(subject, round), value(other, round)]
      return better === 'less' ? others / own : own / others
    }),
  )
}
