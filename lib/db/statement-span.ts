import { currentSpan, inSpan, isTracing } from '#lib/telemetry/tracer.ts'

/** The longest summary: https://opentelemetry.io/docs/specs/semconv/db/database-spans */
const longest = 255
const operations =
  /\b(?:(SELECT)\b[^;]*?(?<!epoch )\bFROM|(INSERT) INTO|(UPDATE)|(DELETE) FROM)\s+([a-z_]+)(?![a-z_(])/g

/**
 * Runs a statement as a span, where tracing is on. Without a span that it is part of it gets none: a process
 * asks the database all the time on its own. `summaryOf` says what it is, never its values.
 */
export function inStatement<Result>(summaryOf: () => string, run: () => Promise<Result>): Promise<Result> {
  if (!isTracing() || !currentSpan()) return run()
  const summary = summaryOf()
  const about = { title: summary, 'db.system.name': 'postgresql', 'db.query.summary': summary }
  return inSpan('database', about, run)
}

/** The operations of a statement's text, which has no values in it, each with its table. */
export function operationsOf(text: string): string {
  const found = [...text.matchAll(operations)].map(([, select, insert, update, remove, table]) =>
    [select ?? insert ?? update ?? remove, table].join(' '),
  )
  return (found.join(' ') || 'SELECT').slice(0, longest)
}

/** The same of a query as an extension of Prisma sees it. */
export function summaryOfQuery(model: string | undefined, operation: string, args: unknown): string {
  if (model !== undefined) return `${operation} ${model}`
  const text = Array.isArray(args) ? args[0] : (args as { sql?: unknown } | undefined)?.sql
  return typeof text === 'string' ? operationsOf(text) : operation
}
