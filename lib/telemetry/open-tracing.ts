import { setTimeout as sleep } from 'node:timers/promises'
import type * as Sdk from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import { tracerOf } from './otel-tracer.ts'
import { tell } from './tell.ts'
import { tellingExporter } from './telling-exporter.ts'
import { setTracer } from './tracer.ts'

/** Milliseconds that a stop waits for the last spans to be sent. */
const longestFlush = 5_000
/** Characters of what the library says that are logged. */
const longest = 300

/** What traces are made and sent with. The exporter reads `OTEL_EXPORTER_OTLP_*` itself. */
export type TracingSettings = {
  /** Where spans are sent, as its origin alone. */
  collector: string
  sampler: { name: SamplerName; ratio: number }
  batch: Pick<
    Sdk.BatchSpanProcessorOptions,
    'maxQueueSize' | 'maxExportBatchSize' | 'scheduledDelayMillis' | 'exportTimeoutMillis'
  >
  /** Certificates for the connection: of the authority, and Baton's own with its key. */
  tls: { ca?: string; cert?: string; key?: string }
}

export const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
export type SamplerName = (typeof samplerNames)[number]

type Around = {
  version: string
  /** The proxies that spans are sent through, by the names of their variables. */
  proxyEnv: NodeJS.ProcessEnv | undefined
  log: Logger
}

/**
 * Loads OpenTelemetry's SDK and turns tracing on. Returns the function that sends what is left, within five
 * seconds, and turns it off.
 */
export async function openTracing(
  { sampler, batch, tls }: TracingSettings,
  { version, proxyEnv, log }: Around,
): Promise<() => Promise<void>> {
  const [api, sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
  ])
  let level: 'warn' | 'debug' = 'warn'
  const warned = (...words: unknown[]) =>
    tell(log, 'traces.warned', { text: words.map(textOf).join(' ').slice(0, longest) }, level)
  const nothing = () => {}
  api.diag.setLogger(
    { error: warned, warn: warned, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  const { resourceAttributesEnvDetector, serviceNameEnvDetector, defaultResource } = resources
  const exporter = new OTLPTraceExporter({
    httpAgentOptions: { keepAlive: true, ...tls, ...(proxyEnv && { proxyEnv }) },
  })
  const provider = new sdk.TracerProvider({
    resource: defaultResource()
      .merge(resources.resourceFromAttributes({ 'service.name': 'baton', 'service.version': version }))
      .merge(
        resources.detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }),
      ),
    sampler: samplerOf(sampler, sdk),
    spanProcessors: [new sdk.BatchSpanProcessor({ ...batch, exporter: tellingExporter(exporter, log) })],
  })
  // What it says of its settings is said once; the rest may be said of each batch.
  level = 'debug'
  setTracer(tracerOf(provider.getTracer('baton', version), api))
  return async () => {
    setTracer(undefined)
    await Promise.race([provider.shutdown().catch(warned), sleep(longestFlush, undefined, { ref: false })])
    api.diag.disable()
  }
}

function samplerOf({ name, ratio }: TracingSettings['sampler'], sdk: typeof Sdk): Sdk.Sampler {
  const root = {
    always_on: () => new sdk.AlwaysOnSampler(),
    always_off: () => new sdk.AlwaysOffSampler(),
    traceidratio: () => new sdk.TraceIdRatioBasedSampler(ratio),
  }[name.replace('parentbased_', '') as 'always_on' | 'always_off' | 'traceidratio']()
  return name.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root }) : root
}

function textOf(word: unknown): string {
  return word instanceof Error ? word.message : typeof word === 'string' ? word : ''
}
