/** What one operation costs. Times are of CPU, in microseconds. */
export type Cost = {
  /** HTTP requests, and transactions: each goes to PostgreSQL in one flight. */
  requests: number
  transactions: number
  baton: number
  postgres: number
  rowsWritten: number
  walBytes: number
  /** Those of them that are images of whole pages, which depend on when the last checkpoint was. */
  walImageBytes: number
}

/** One measured point of hand-offs, which the simulation has to come to. Times of operations in ms. */
export type Point = {
  callers: number
  perSecond: number
  p50: number
  p99: number
  /** CPU time of an operation, in microseconds. */
  baton: number
  postgres: number
  generator: number
  /** How many cores Baton kept busy. */
  busy: number
}

/** What `measure.ts` writes and the simulation reads. */
export type Costs = {
  machine: string
  measuredAt: string
  operations: Record<OperationName, Cost>
  /** What an instance that serves nobody costs in a second. */
  idle: Pick<Cost, 'transactions' | 'baton' | 'postgres'>
  point: Point
  /** Milliseconds of a write to the disk that a commit waits for, and commits that one of them served. */
  flush: { milliseconds: number; commits: number }
  /** Bytes of a row with its part of the indexes. */
  bytesPerRow: Record<string, number>
}

export type OperationName =
  | 'hand-off'
  | 'hand-off over a session'
  | 'getSession'
  | 'first call of a session'
  | 'call from memory'
  | 'introspection'
