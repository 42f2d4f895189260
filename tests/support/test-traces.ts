import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { fullConfig } from './full-config.ts'
import { type ReceivedSpan, startOtlpReceiver } from './servers/otlp-receiver.ts'
import type { Setup } from './stage.ts'
import { test as base, perFile } from './test.ts'

/** The variables that send spans to this receiver, soon. */
export function tracesTo(url: string): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '50' }
}

/** The trace of a caller, with a span of its own. */
export function callerTrace(flags: '00' | '01' = '01') {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-${flags}` } }
}

type Collector = Awaited<ReturnType<typeof startOtlpReceiver>>

/** The spans of a trace, once these have come, by their names; of several of one name, the first. */
export async function spansOf(collector: Collector, traceId: string, ...names: string[]) {
  const found = () => collector.spans.filter((span) => span.traceId === traceId)
  await expect.poll(() => found().map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  return names.map((name) => found().find((span) => span.name === name) as ReceivedSpan)
}

/** Tests with a Baton that sends its spans to a receiver. */
export const test = base
  .extend('collector', perFile, ({ closing }) => closing(startOtlpReceiver()))
  .extend(
    'setup',
    perFile,
    ({ collector }): Setup => ({ env: tracesTo(collector.url), config: (partners) => fullConfig(partners) }),
  )
