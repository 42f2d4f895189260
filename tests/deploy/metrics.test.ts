import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { promtool, startPrometheus } from '../support/servers/prometheus.ts'
import { perFile } from '../support/test.ts'
import { test as base } from '../support/test-metrics.ts'

const test = base.extend('prometheus', perFile, ({ metricsAddress, baton: _, closing }) =>
  closing(startPrometheus(metricsAddress)),
)

test('promtool finds no fault in the metrics, the rules and the example configuration', async ({
  person,
  newcomer,
  metrics,
}) => {
  await newcomer().redeem((await person.askForNonce()).nonce)
  await person.ownPage('/api/backends/demo/api/authenticated/greeting')
  const { text } = await metrics()
  expect(text).toContain('baton_handoff_events_total{type="redeemed"')
  expect(promtool(['check', 'metrics'], text)).toBe('')
  expect(promtool(['check', 'rules', 'deploy/prometheus/alerts.yml'])).toMatch(/SUCCESS: \d\d rules found/)
  expect(promtool(['check', 'config', 'deploy/prometheus/prometheus.yml'])).not.toContain('FAILED')
})

test('each alert fires when its time has come, and none does where all is well', () => {
  expect(promtool(['test', 'rules', 'tests/deploy/alerts.test.yml'])).toContain('SUCCESS')
  const rules = readFileSync('deploy/prometheus/alerts.yml', 'utf8')
  const tested = readFileSync('tests/deploy/alerts.test.yml', 'utf8')
  for (const [, name] of rules.matchAll(/- alert: (\w+)/g)) expect(tested).toContain(`alertname="${name}"`)
})

test('a Prometheus scrapes Baton and evaluates the rules', async ({ prometheus, person, newcomer }) => {
  await expect.poll(() => prometheus.values('up{job="baton"}')).toEqual({ up: 1 })
  await person.ownPage('/api/backends/demo/api/authenticated/greeting')
  expect((await newcomer().redeem((await person.askForNonce()).nonce)).status).toBe(303)
  await expect
    .poll(() => prometheus.values('sum by (type) (baton_handoff_events_total)', 'type'))
    .toMatchObject({ issued: expect.any(Number), redeemed: expect.any(Number) })
  await expect
    .poll(() => prometheus.values('max by (kind) (baton_sessions) > 0', 'kind'))
    .toMatchObject({ browser: expect.any(Number) })
  await expect
    .poll(() => prometheus.values('sum by (backend) (baton_backend_requests_total{status="200"})', 'backend'))
    .toMatchObject({ demo: expect.any(Number) })
  await expect.poll(async () => new Set(Object.values(await prometheus.rules()))).toEqual(new Set(['ok']))
  expect(Object.keys(await prometheus.rules())).toContain('BatonDatabaseAway')
})
