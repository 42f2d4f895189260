import type { Metric } from 'prom-client'
import { type MetricsNeeds, openRegistry } from '#lib/metrics/registry.ts'
import { addWorkerMetrics } from '#lib/workers/worker-metrics.ts'

type Described = { name: string; type: string; help: string; labels: string[] }

/** All metrics, in the order in which they are shown. */
export function allMetrics(): Described[] {
  // Nothing is looked up before somebody asks for values.
  const nothing = { config: { backends: [], providers: [] }, limits: { names: [] }, connections: () => {} }
  const { registry, close } = openRegistry(nothing as unknown as MetricsNeeds)
  close()
  addWorkerMetrics(registry, () => ({ workers: [], deaths: 0 }))
  return (registry.getMetricsAsArray() as unknown as (Metric & Inner)[]).map(
    ({ name, type, help, labelNames }) => ({ name, type, help, labels: labelNames }),
  )
}

// What the types of the library leave out.
type Inner = { name: string; type: string; help: string; labelNames: string[] }

/** `docs/operations/metrics.md`, from the help texts of the metrics. */
export function metricDocs(): string {
  const [own, others] = [true, false].map((isOwn) =>
    allMetrics().filter(({ name }) => name.startsWith('baton_') === isOwn),
  ) as [Described[], Described[]]
  return [
    '# Metrics',
    '<!-- Written by `npm run docs:metrics` from lib/metrics. Do not edit. -->',
    introduction,
    '## Metrics of Baton',
    table(
      ['metric', 'type', 'labels', 'what it says'],
      own.map(({ name, type, labels, help }) => [
        `\`${name}\``,
        type,
        labels.map((label) => `\`${label}\``).join(', '),
        help,
      ]),
    ),
    labels,
    '## Metrics of the process',
    table(
      ['metric', 'type', 'what it says'],
      others.map(({ name, type, help }) => [`\`${name}\``, type, help]),
    ),
  ]
    .join('\n\n')
    .concat('\n')
}

const introduction = `\
With \`METRICS_PORT\` set, each Baton has metrics for [Prometheus](https://prometheus.io) at \`/metrics\` on
that port, at the address of \`HOST\`. The public port has none. **Keep that port inside**: it asks for no
password, and tells the names of backends and providers. It listens before the public port does, and is the
last to close. Without \`METRICS_PORT\` nothing is counted.

- [deploy/prometheus/prometheus.yml](../../deploy/prometheus/prometheus.yml): an example of how to scrape it.
- [deploy/prometheus/alerts.yml](../../deploy/prometheus/alerts.yml): rules that say when to look.
- [deploy/grafana/baton.json](../../deploy/grafana/baton.json): a dashboard for Grafana to import.

An instance tells of itself, so add instances up, but for \`baton_sessions\`: that is the number over all
instances, and each tells the same (\`max by (kind)\`). It is counted at most once in 15 seconds; of a table
of more than 4 MB it is an estimate from 500 pages, within some per cent. Of several [workers](workers.md) an
instance tells the sum.`

const labels = `\
Values of labels come from the configuration or from fixed lists, never from a caller. \`route\` is the row
of the table of endpoints (\`none\` for what was refused before one was found), \`method\` is \`other\` for
an unknown method, and \`status\` is \`none\` where the caller left before there was an answer, \`other\` for
a status that no standard has. Types and reasons of hand-offs are those of the [audit trail](audit.md),
limits those of [limits](../limits.md).`

function table(head: string[], body: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...body.map(line)].join('\n')
}
