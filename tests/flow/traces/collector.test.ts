import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Baton } from '../../support/baton.ts'
import { selfSignedCertificate } from '../../support/certificate.ts'
import { freePort } from '../../support/free-port.ts'
import { logLines } from '../../support/log-lines.ts'
import { refusedStart } from '../../support/refused-start.ts'
import { startOtlpReceiver } from '../../support/servers/otlp-receiver.ts'
import { startTlsFront } from '../../support/servers/tls-front.ts'
import { startTunnelProxy, tunnelTo } from '../../support/servers/tunnel-proxy.ts'
import { test as base, perFile } from '../../support/test.ts'
import { tracesTo } from '../../support/test-traces.ts'

const test = base
  .extend('collector', perFile, ({ closing }) => closing(startOtlpReceiver()))
  .extend('port', perFile, () => freePort())

const health = (baton: Baton) => fetch(`${baton.address}/api/health`)
const told = (baton: Baton) => logLines(baton).filter(({ event = '' }) => event.startsWith('traces.'))
/** So short that there is no time for another attempt. */
const impatient = { OTEL_EXPORTER_OTLP_TIMEOUT: '500' }

test('a stop sends what is left', async ({ startAnother, collector }) => {
  const baton = await startAnother({
    env: { ...tracesTo(collector.url), OTEL_BSP_SCHEDULE_DELAY: '3600000' },
  })
  await health(baton)
  expect(collector.spans).toEqual([])
  expect(await baton.stop()).toBe(0)
  expect(collector.spans.map(({ name }) => name)).toContain('GET /api/health')
})

test('a collector that is away hinders no call and no stop, and is told of once; so is its return', async ({
  startAnother,
  port,
  closing,
}) => {
  const baton = await startAnother({ env: { ...tracesTo(`http://127.0.0.1:${port}`), ...impatient } })
  await expect.poll(() => told(baton)).toHaveLength(1)
  for (let calls = 0; calls < 5; calls++) {
    expect((await health(baton)).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 120))
  }
  expect(told(baton)).toMatchObject([
    { event: 'traces.unsent', level: 'warn', reason: `connect ECONNREFUSED 127.0.0.1:${port}` },
  ])
  const collector = await closing(startOtlpReceiver(port))
  await health(baton)
  await expect.poll(() => told(baton).map(({ event }) => event)).toEqual(['traces.unsent', 'traces.sent'])
  expect(collector.spans.map(({ name }) => name)).toContain('GET /api/health')
  collector.how.status = 401
  await health(baton)
  await expect.poll(() => told(baton).at(-1)).toMatchObject({ reason: 'the collector answers 401' })
  await collector.close()
  expect(await baton.stop()).toBe(0)
  // Nothing else is among the lines.
  expect(
    baton
      .log()
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('{')),
  ).toEqual([])
})

test('a collector that says nothing hinders no call and no stop', async ({ startAnother, closing }) => {
  const silent = await closing(startOtlpReceiver())
  silent.how.delay = new Promise(() => {})
  const baton = await startAnother({ env: tracesTo(silent.url) })
  await expect.poll(() => silent.headers.length).toBeGreaterThan(0)
  expect((await health(baton)).status).toBe(200)
  expect(await baton.stop()).toBe(0)
  expect(silent.spans).toEqual([])
})

test('headers, name, attributes, compression and sampler are those of the variables', async ({
  startAnother,
  closing,
}) => {
  const own = await closing(startOtlpReceiver())
  await startAnother({
    env: {
      ...tracesTo(own.url),
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=the%20key',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: 'sign-in',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test%2C1,service.name=other',
    },
  })
  await expect.poll(() => own.spans.length).toBeGreaterThan(0)
  expect(own.headers[0]).toMatchObject({ 'x-api-key': 'the key', 'content-encoding': 'gzip' })
  expect(own.spans[0]?.resource).toMatchObject({
    'service.name': 'sign-in',
    'service.version': '0.1.0',
    'deployment.environment.name': 'test,1',
  })
  const before = own.spans.length
  const quiet = await startAnother({ env: { ...tracesTo(own.url), OTEL_TRACES_SAMPLER: 'always_off' } })
  await health(quiet)
  expect(await quiet.stop()).toBe(0)
  expect(own.spans.slice(before).filter(({ resource }) => resource['service.name'] === 'baton')).toEqual([])
})

test('spans go through the outgoing proxy, to a collector whose certificate is checked', async ({
  startAnother,
  collector,
  closing,
}) => {
  const certificate = selfSignedCertificate(['localhost'])
  const folder = await mkdtemp(join(tmpdir(), 'baton-collector-'))
  closing({ close: () => rm(folder, { recursive: true, force: true }) })
  const file = join(folder, 'ca.pem')
  await writeFile(file, certificate.cert)
  const [front, proxy] = [
    await closing(startTlsFront(collector.url, certificate)),
    await closing(startTunnelProxy()),
  ]
  const env = {
    ...tracesTo(front.url),
    ...impatient,
    NODE_USE_ENV_PROXY: '1',
    HTTPS_PROXY: proxy.url,
    HTTP_PROXY: '',
    NO_PROXY: '127.0.0.1',
  }
  const untrusting = await startAnother({ env })
  await expect
    .poll(() => told(untrusting))
    .toMatchObject([{ reason: expect.stringContaining('self-signed') }])
  collector.spans.length = 0
  await startAnother({ env: { ...env, OTEL_EXPORTER_OTLP_CERTIFICATE: file } })
  await expect.poll(() => collector.spans.length).toBeGreaterThan(0)
  expect(proxy.seen).toContain(tunnelTo(front.url))
})

test('a value that means nothing is told at start and ignored', async ({ startAnother, collector }) => {
  const env = {
    ...tracesTo(collector.url),
    OTEL_TRACES_SAMPLER: 'jaeger_remote',
    OTEL_EXPORTER_OTLP_TIMEOUT: 'x',
  }
  const baton = await startAnother({ env })
  await expect
    .poll(() => logLines(baton))
    .toContainEqual(expect.objectContaining({ event: 'server.advice', variables: ['OTEL_TRACES_SAMPLER'] }))
  expect(told(baton)).toMatchObject([
    { event: 'traces.warned', level: 'warn', text: expect.stringContaining('OTEL_EXPORTER_OTLP_TIMEOUT') },
  ])
  expect(logLines(baton)).toContainEqual(
    expect.objectContaining({ event: 'server.configuration', collector: collector.url }),
  )
})

test('an endpoint that is no address keeps Baton from starting, and is not repeated', async () => {
  const { exitCode, output } = await refusedStart({ OTEL_EXPORTER_OTLP_ENDPOINT: 'user:password@collector' })
  expect(exitCode).toBe(1)
  expect(output).toContain('OTEL_EXPORTER_OTLP_ENDPOINT: give the http or https URL of an OTLP receiver')
  expect(output).not.toContain('password@')
})
