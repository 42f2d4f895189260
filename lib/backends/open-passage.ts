import type { Backend } from '#lib/config/backends.ts'
import { configuredUrl } from '#lib/config/configured-url.ts'
import { callAttributes, methodOf } from '#lib/telemetry/http-span.ts'
import { isTracing, startSpan } from '#lib/telemetry/tracer.ts'
import type { Connections } from './connections.ts'
import { type Call, Passage, type Sink } from './forward.ts'

/** Makes a call to a backend; where tracing is on, as a span that is the parent of what the backend does. */
export function openPassage(call: Call, backend: Backend, connections: Connections, sink: Sink): Passage {
  if (!isTracing()) return new Passage(call, backend, connections, sink)
  const span = startSpan('backend.call', methodOf(call.method).title, {
    ...callAttributes(call.method, configuredUrl(backend.url)),
    'baton.backend': backend.name,
  })
  const headers = span ? within(span.context.traceparent, call.headers) : call.headers
  return new Passage({ ...call, headers }, backend, connections, sink, span)
}

// The request has a span as well, whose context is there: its `tracestate` is the same.
function within(traceparent: string, headers: string[]): string[] {
  const at = headers.lastIndexOf('traceparent')
  return at < 0 ? headers : headers.with(at + 1, traceparent)
}
