import { readFileSync } from 'node:fs'
import { type SamplerName, samplerNames, type TracingSettings } from '#lib/telemetry/open-tracing.ts'

type Variables = Record<string, string | undefined>

type Found = {
  /** `undefined` where tracing is off. */
  tracing: TracingSettings | undefined
  /** The variables whose values count for nothing, so that the default holds in their place. */
  ignoredForTracing: string[]
}

const propagators = /^(tracecontext|baggage)(\s*,\s*(tracecontext|baggage))*$/
const pairs = /^\s*[^=,\s][^=,]*=[^,]*(,\s*([^=,\s][^=,]*=[^,]*)?)*$/
const exporters = new Set(['otlp', 'none'])
const batchVariables = {
  scheduledDelayMillis: 'OTEL_BSP_SCHEDULE_DELAY',
  exportTimeoutMillis: 'OTEL_BSP_EXPORT_TIMEOUT',
  maxQueueSize: 'OTEL_BSP_MAX_QUEUE_SIZE',
  maxExportBatchSize: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
} as const

/**
 * What an environment says of traces, by the standard variables of OpenTelemetry. They are on where an
 * endpoint or the exporter `otlp` is named. A value that is not known is ignored, and named in
 * `ignoredForTracing`. Adds to `faults` an address that is none, and a file that cannot be read.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function tracingOf(variables: Variables, faults: string[]): Found {
  const ignored: string[] = []
  const ignoreUnless = (name: string, isKnown: (value: string) => boolean) => {
    const value = variables[name]?.trim()
    if (value === undefined || value === '' || isKnown(value)) return value || undefined
    ignored.push(name)
    return undefined
  }
  const disabled = ignoreUnless('OTEL_SDK_DISABLED', (value) => /^(true|false)$/i.test(value))
  if (disabled?.toLowerCase() === 'true') return { tracing: undefined, ignoredForTracing: [] }
  ignoreUnless('OTEL_TRACES_EXPORTER', (value) => exportersOf(value).every((name) => exporters.has(name)))
  const named = exportersOf(variables.OTEL_TRACES_EXPORTER)
  const endpoint = endpointOf(variables, faults)
  if (named.includes('none') || !(endpoint || named.includes('otlp')))
    return { tracing: undefined, ignoredForTracing: ignored }

  // Others are as good for a receiver, which takes all of them; gRPC is another port.
  for (const name of ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'])
    ignoreUnless(name, (value) => value === 'http/protobuf')
  for (const name of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'])
    ignoreUnless(name, (value) => pairs.test(value))
  ignoreUnless('OTEL_RESOURCE_ATTRIBUTES', isAttributes)
  ignoreUnless('OTEL_PROPAGATORS', (value) => propagators.test(value))
  const sampler = ignoreUnless('OTEL_TRACES_SAMPLER', (value) => samplerNames.includes(value as SamplerName))
  const ratio = ignoreUnless('OTEL_TRACES_SAMPLER_ARG', (value) => Number(value) >= 0 && Number(value) <= 1)
  const batch = Object.entries(batchVariables).flatMap(([option, name]) => {
    const value = ignoreUnless(name, (text) => /^[1-9]\d{0,8}$/.test(text))
    return value === undefined ? [] : [[option, Number(value)]]
  })
  const tracing = {
    collector: endpoint ?? 'http://localhost:4318',
    sampler: { name: (sampler ?? 'parentbased_always_on') as SamplerName, ratio: Number(ratio ?? 1) },
    batch: Object.fromEntries(batch),
    tls: tlsOf(variables, faults),
  }
  return { tracing, ignoredForTracing: ignored }
}

function exportersOf(value = ''): string[] {
  return value.split(',').map((name) => name.trim())
}

function endpointOf(variables: Variables, faults: string[]): string | undefined {
  const names = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']
  const [found] = names.flatMap((name) => {
    const value = variables[name]
    if (value === undefined) return []
    const { protocol, origin } = URL.parse(value) ?? {}
    if (origin !== undefined && (protocol === 'http:' || protocol === 'https:')) return origin
    // The value stays out of it, as it may have a password.
    faults.push(`${name}: give the http or https URL of an OTLP receiver, such as http://localhost:4318`)
    return []
  })
  return found
}

function isAttributes(value: string): boolean {
  if (!pairs.test(value)) return false
  try {
    decodeURIComponent(value)
    return true
  } catch {
    return false
  }
}

// The library goes on without a file that it cannot read, and would trust the wrong authorities.
function tlsOf(variables: Variables, faults: string[]): TracingSettings['tls'] {
  const read = (what: string) => {
    const name = [`OTEL_EXPORTER_OTLP_TRACES_${what}`, `OTEL_EXPORTER_OTLP_${what}`].find(
      (each) => variables[each] !== undefined,
    )
    if (name === undefined) return undefined
    try {
      return readFileSync(variables[name] as string, 'utf8')
    } catch {
      faults.push(`${name}: its file cannot be read`)
      return undefined
    }
  }
  const [ca, cert, key] = ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'].map(read)
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}
