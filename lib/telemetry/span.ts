import type { AttributesOf, SpanName } from './spans.ts'
import type { TraceContext } from './trace-context.ts'

/** One step of a trace, while it goes on. After its end it takes nothing more. */
export type Span<Name extends SpanName = SpanName> = {
  /** The trace, as calls that this step makes pass it on. */
  readonly context: TraceContext
  rename(title: string): void
  set(attributes: AttributesOf<Name>): void
  /** Marks the step as failed, by a code, a status or a class: never by words. */
  fail(type: string): void
  end(): void
}
