import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span } from './span.ts'
import type { TraceContext } from './trace-context.ts'

/** What is known of the request that is being answered. Log lines and calls that it causes have it. */
export type RequestRecord = Known & {
  readonly id: string
  /** The trace that it belongs to: that of its span, else the one that its caller has named. */
  readonly trace?: TraceContext | undefined
  /** Its span, where tracing is on. */
  readonly span?: Span<'request'> | undefined
}

/**
 * What is found out on the way: the path of its row in the table of endpoints, the session that it acts in,
 * the client that it is from, the backend that it is for, whether its answer is a stream of events, and what
 * concerns its page. No log line has the last.
 */
type Known = {
  route?: string
  sid?: string
  client?: string
  backend?: string
  isStream?: true
  page?: AskedPage
}

/** What the page that answers has to know of its request. */
type AskedPage = {
  /** The language of the page (BCP 47). */
  language: string
  /** Path and query at which the same page is shown once more; `undefined` where it cannot be. */
  at: string | undefined
  /** The colour scheme that a preview is in, whatever the browser prefers. */
  scheme?: 'light' | 'dark' | undefined
}

// Next's bundle and the server are two copies of this file, and one request passes both.
const key = Symbol.for('baton.request')
const shared = globalThis as { [key]?: AsyncLocalStorage<RequestRecord | undefined> }
shared[key] ??= new AsyncLocalStorage()
const requests = shared[key]

/** Runs what answers a request; whatever that causes finds the record of the request. */
export function whileAnswering<Result>(record: RequestRecord, work: () => Result): Result {
  return requests.run(record, work)
}

/** The record of the request that is being answered; `undefined` for what no request has caused. */
export function currentRequest(): RequestRecord | undefined {
  return requests.getStore()
}

/** Runs work that belongs to no request, whoever has begun it. */
export function outsideRequests<Result>(work: () => Result): Result {
  return requests.run(undefined, work)
}

/** Notes what has been found out about the request that is being answered. */
export function noteRequest(known: Known): void {
  const record = requests.getStore()
  if (record) Object.assign(record, known)
}
