import { expect, test } from 'vitest'
import { configOf, faultsOf } from '../../support/config.ts'

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:password@collector.example:4318/below' }
const tracingOf = async (env: Record<string, string>) => (await configOf({ env })).tracing
const ignored = async (env: Record<string, string>) =>
  (await configOf({ env: { ...endpoint, ...env } })).ignoredForTracing

test.for<[string, Record<string, string>]>([
  ['nothing', {}],
  ['a service name alone', { OTEL_SERVICE_NAME: 'baton' }],
  ['a sampler alone', { OTEL_TRACES_SAMPLER: 'always_on' }],
  ['an empty address', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  ['the exporter `none`', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }],
  ['an exporter that Baton does not have', { OTEL_TRACES_EXPORTER: 'zipkin' }],
  ['the SDK turned off', { ...endpoint, OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'TRUE' }],
])('%s makes no traces', async ([, env]) => {
  expect(await tracingOf(env)).toBeUndefined()
})

test.for<[string, Record<string, string>, string]>([
  ['an address', endpoint, 'https://collector.example:4318'],
  [
    'the whole address, which goes first',
    { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/v1/traces?key=secret' },
    'http://127.0.0.1:1',
  ],
  ['the exporter', { OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318'],
  ['the exporter among others', { OTEL_TRACES_EXPORTER: 'console, otlp' }, 'http://localhost:4318'],
  [
    'an address where the SDK is on',
    { ...endpoint, OTEL_SDK_DISABLED: 'no' },
    'https://collector.example:4318',
  ],
])('%s makes traces, and the log gets the origin alone', async ([, env, collector]) => {
  expect(await tracingOf(env)).toEqual({
    collector,
    sampler: { name: 'parentbased_always_on', ratio: 1 },
    batch: {},
    tls: {},
  })
})

test('sampler and batches are as the variables say', async () => {
  const tracing = await tracingOf({
    ...endpoint,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BSP_EXPORT_TIMEOUT: '2000',
    OTEL_BSP_MAX_QUEUE_SIZE: '64',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '16',
  })
  expect(tracing).toMatchObject({
    sampler: { name: 'parentbased_traceidratio', ratio: 0.25 },
    batch: { scheduledDelayMillis: 100, exportTimeoutMillis: 2000, maxQueueSize: 64, maxExportBatchSize: 16 },
  })
})

test.for<[string, string]>([
  ['OTEL_SDK_DISABLED', 'yes'],
  ['OTEL_TRACES_EXPORTER', 'console'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
  ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/json'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'Bearer secret'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=b,c'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=100%'],
  ['OTEL_PROPAGATORS', 'b3'],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
  ['OTEL_TRACES_SAMPLER_ARG', '2'],
  ['OTEL_TRACES_SAMPLER_ARG', 'half'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '-1'],
])('%s of "%s" is ignored and named', async ([name, value]) => {
  expect(await ignored({ [name]: value })).toEqual([name])
})

test('what is known is not', async () => {
  const env = {
    OTEL_SDK_DISABLED: 'false',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=b,c=d%2C=',
    OTEL_RESOURCE_ATTRIBUTES: 'a=b, c=d%3D',
    OTEL_PROPAGATORS: 'tracecontext,baggage',
    OTEL_TRACES_SAMPLER_ARG: '0.5',
  }
  expect(await ignored(env)).toEqual([])
})

test.for<[string, string, string]>([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'give the http or https URL of an OTLP receiver'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://secret', 'give the http or https URL of an OTLP receiver'],
])('%s of "%s" is a fault that does not repeat it', async ([name, value, words]) => {
  const faults = await faultsOf({ env: { [name]: value } })
  expect(faults).toEqual([expect.stringContaining(`${name}: ${words}`)])
  expect(faults[0]).not.toContain('secret')
})

test('a certificate that cannot be read is a fault', async () => {
  const env = { ...endpoint, OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem' }
  expect(await faultsOf({ env })).toEqual(['OTEL_EXPORTER_OTLP_CERTIFICATE: its file cannot be read'])
})
