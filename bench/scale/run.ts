import { readFileSync } from 'node:fs'
import { table } from '../report/markdown.ts'
import type { Costs } from './costs.ts'
import { comparison } from './measured-point.ts'
import { deaths, loads } from './predictions.ts'

// Prints what the simulation says: first of what was measured, which it has to come near, then of more.

const costs = JSON.parse(readFileSync(new URL('./costs.json', import.meta.url), 'utf8')) as Costs
const print = (title: string, { header, lines }: { header: string[]; lines: string[][] }) =>
  process.stdout.write(`### ${title}\n\n${table(header, lines)}\n\n`)

process.stdout.write(`Costs of ${costs.measuredAt}. ${costs.machine}\n\n`)
const { isNear, ...compared } = comparison(costs)
print(`Hand-offs by ${costs.point.callers} callers`, compared)
if (isNear) {
  print('Hand-offs a second, by instances and cores of PostgreSQL', loads(costs))
  print('One of four instances dies', deaths(costs))
} else {
  process.stderr.write('The simulation is not near what was measured: it predicts nothing.\n')
  process.exitCode = 1
}
