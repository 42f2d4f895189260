import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { allMetrics, metricDocs } from '../../../scripts/metric-docs.ts'

test('docs/operations/metrics.md is what the metrics say: `npm run docs:metrics` writes it', async () => {
  expect(await readFile('docs/operations/metrics.md', 'utf8')).toBe(metricDocs())
})

test.each([
  ['deploy/grafana/baton.json', 20],
  ['deploy/prometheus/alerts.yml', 10],
])('every metric that %s names is there', async (file, fewest) => {
  const names = allMetrics().flatMap(({ name, type }) =>
    type === 'histogram' ? ['bucket', 'count', 'sum'].map((part) => `${name}_${part}`) : [name],
  )
  const text = await readFile(file, 'utf8')
  const named = new Set(text.match(/\b(?:baton|nodejs|process)_[a-z0-9_]+/g))
  expect(named.size).toBeGreaterThanOrEqual(fewest)
  expect([...named].filter((name) => !names.includes(name))).toEqual([])
})

test('the dashboard shows every metric of Baton', async () => {
  const text = await readFile('deploy/grafana/baton.json', 'utf8')
  const own = allMetrics().filter(({ name }) => name.startsWith('baton_'))
  expect(own.length).toBeGreaterThan(15)
  expect(own.filter(({ name }) => !text.includes(name))).toEqual([])
})
