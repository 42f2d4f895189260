import { methodOf, noteStatus } from './http-span.ts'
import type { RequestRecord } from './request-record.ts'
import type { Span } from './span.ts'
import type { TraceContext } from './trace-context.ts'
import { isTracing, startRequestSpan } from './tracer.ts'

/** The part of a request's record that says which trace it belongs to; `caller` is what its caller names. */
export function tracedAs(
  method: string | undefined,
  caller: TraceContext | undefined,
): { trace: TraceContext | undefined; span?: Span<'request'> | undefined } {
  if (!isTracing()) return { trace: caller }
  const { title, attribute } = methodOf(method)
  const span = startRequestSpan(title, { 'http.request.method': attribute }, caller)
  return { trace: span?.context, span }
}

type Answered = { method: string | undefined; status: number | undefined; aborted: boolean }

/** Ends the span of a request, if it has one, with what is known of it by now. */
export function endRequestSpan(record: RequestRecord, { method, status, aborted }: Answered): void {
  const { span, route, backend, client } = record
  if (!span) return
  if (route !== undefined) span.rename(`${methodOf(method).title} ${route}`)
  span.set({
    'http.route': route,
    'baton.backend': backend,
    'baton.client': client,
    'baton.aborted': aborted || undefined,
  })
  if (status !== undefined) noteStatus(span, status, 500)
  span.end()
}
