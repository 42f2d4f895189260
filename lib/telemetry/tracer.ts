import { AsyncLocalStorage } from 'node:async_hooks'
import { errorTypeOf } from './error-type.ts'
import { currentRequest, outsideRequests } from './request-record.ts'
import type { Span } from './span.ts'
import type { AttributesOf, AttributeValues, SpanName } from './spans.ts'
import type { TraceContext } from './trace-context.ts'

/** Makes spans. */
export type Tracer = {
  /** Begins a span as part of another one, of a trace that a caller has named, or of a new trace. */
  start(name: SpanName, title: string, attributes: AttributeValues, within: Parent | undefined): Span
}

type Parent = Span | TraceContext

type Shared = { tracer: Tracer | undefined; inner: AsyncLocalStorage<Span | undefined> }

// Next's bundle and the server are two copies of this file, and one request passes both.
const key = Symbol.for('baton.tracer')
const everywhere = globalThis as { [key]?: Shared }
everywhere[key] ??= { tracer: undefined, inner: new AsyncLocalStorage() }
const shared = everywhere[key]

/** Turns tracing on, or with `undefined` off. */
export function setTracer(tracer: Tracer | undefined): void {
  shared.tracer = tracer
}

/** Whether tracing is on. */
export function isTracing(): boolean {
  return shared.tracer !== undefined
}

/** Begins the span of a request, within the trace that its caller has named; `undefined` without tracing. */
export function startRequestSpan(
  title: string,
  attributes: AttributesOf<'request'>,
  caller: TraceContext | undefined,
): Span<'request'> | undefined {
  return shared.tracer?.start('request', title, attributes, caller)
}

/** Begins a span within the current one; `undefined` without tracing. Its caller has to end it. */
export function startSpan<Name extends SpanName>(
  name: Name,
  title: string,
  attributes: AttributesOf<Name>,
): Span<Name> | undefined {
  return shared.tracer?.start(name, title, attributes, currentSpan())
}

/** Does some work within a span, which fails when the work does. Without tracing it does the work alone. */
export function inSpan<Name extends SpanName, Result>(
  name: Name,
  { title = name, ...attributes }: AttributesOf<Name> & { title?: string },
  work: (span?: Span<Name>) => Promise<Result>,
): Promise<Result> {
  const span = startSpan(name, title, attributes as unknown as AttributesOf<Name>)
  return span ? within(span, work) : work()
}

async function within<Name extends SpanName, Result>(
  span: Span<Name>,
  work: (span: Span<Name>) => Promise<Result>,
): Promise<Result> {
  try {
    return await shared.inner.run(span, () => work(span))
  } catch (error) {
    span.fail(errorTypeOf(error))
    throw error
  } finally {
    span.end()
  }
}

/** The innermost span that goes on here; `undefined` without tracing, and for what no span is part of. */
export function currentSpan(): Span | undefined {
  return shared.inner.getStore() ?? currentRequest()?.span
}

/** Begins what goes on for everybody, apart from the request that happens to be the first to need it. */
export function apart<Result>(begin: () => Result): Result {
  return shared.inner.run(undefined, () => outsideRequests(begin))
}
