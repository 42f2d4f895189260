import type * as Api from '@opentelemetry/api'
import type { Span } from './span.ts'
import { type AttributeValues, type SpanName, spans } from './spans.ts'
import type { TraceContext } from './trace-context.ts'
import type { Tracer } from './tracer.ts'

/**
 * Makes Baton's spans of a tracer of OpenTelemetry. The library is given and not imported, so that it is
 * loaded where tracing is on alone.
 */
export function tracerOf(tracer: Api.Tracer, api: typeof Api): Tracer {
  const { SpanKind, SpanStatusCode, ROOT_CONTEXT, trace, createTraceState } = api
  const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL }

  /** A span of OpenTelemetry as Baton uses it. */
  class OwnSpan implements Span {
    readonly inner: Api.Span
    readonly context: TraceContext
    #hasEnded = false

    constructor(inner: Api.Span, tracestate: string | undefined) {
      const { traceId, spanId, traceFlags } = inner.spanContext()
      const traceparent = `00-${traceId}-${spanId}-0${traceFlags & 1}`
      this.inner = inner
      this.context = { traceId, traceparent, ...(tracestate !== undefined && { tracestate }) }
    }

    rename(title: string): void {
      if (!this.#hasEnded) this.inner.updateName(title)
    }

    set(attributes: AttributeValues): void {
      if (!this.#hasEnded) this.inner.setAttributes(defined(attributes))
    }

    fail(type: string): void {
      if (this.#hasEnded) return
      this.inner.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR })
    }

    end(): void {
      if (this.#hasEnded) return
      this.#hasEnded = true
      this.inner.end()
    }
  }

  function parentOf(caller: TraceContext): Api.Span {
    const { traceId, traceparent, tracestate } = caller
    return trace.wrapSpanContext({
      traceId,
      spanId: traceparent.slice(36, 52),
      traceFlags: Number.parseInt(traceparent.slice(53, 55), 16),
      isRemote: true,
      ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
    })
  }

  return {
    start(name: SpanName, title, attributes, within) {
      const isOwn = within instanceof OwnSpan
      const parent = isOwn ? within.inner : within && parentOf(within as TraceContext)
      const context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT
      const options = { kind: kinds[spans[name].kind], attributes: defined(attributes) }
      const { tracestate } = isOwn ? within.context : ((within ?? {}) as Partial<TraceContext>)
      return new OwnSpan(tracer.startSpan(title, options, context), tracestate)
    },
  }
}

function defined(attributes: AttributeValues): Api.Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}
