const codes = new Set([
  // Prisma: cannot reach the server, timeout, connection closed, no free connection in time (P2024 and P2028)
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  // Two transactions that waited for each other: nothing is wrong with the query, and it works the next time.
  'P2034',
  '40P01',
  // Node: refused, unknown host, no route, reset, timeout
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  // PostgreSQL: shutting down, crashed, starting up, too many connections, connection failures
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
  '08001',
  '08003',
])

/** What `@prisma/adapter-pg` calls an error of a socket, in place of its code. */
const kinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout'])

/**
 * Errors of `pg` 8.23.1 (`lib/client.js`) and `pg-pool` 3.14.0 (`index.js`) that are a plain `Error`, without
 * a code, a name or a class of their own; Prisma passes them on unchanged. Only their message tells them from
 * the error of a wrong query, so the whole message has to match. A wrapper that gives them a code would have
 * to compare the same messages. The tests provoke each that can be provoked, so an upgrade that changes one
 * does not go unnoticed.
 */
const messages = new Set([
  // pg: the connection broke while it was used or made; `Connection terminated` when this process had ended
  // it
  'Connection terminated unexpectedly',
  'Connection terminated',
  // pg: a query on such a connection, as in a transaction that goes on
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  // pg: `query_timeout`
  'Query read timeout',
  // pg-pool: `connectionTimeoutMillis`, for a new connection and for a free one
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
])

/** Whether an error says that the database cannot be reached now, rather than that a query was wrong. */
export function isDatabaseUnreachable(error: unknown): boolean {
  let inner = error
  for (let depth = 0; typeof inner === 'object' && inner !== null && depth < 5; depth++) {
    const { message, code, errorCode, originalCode, kind, meta, cause } = inner as Failure
    if ([code, errorCode, originalCode].some((known) => codes.has(String(known)))) return true
    if (kinds.has(String(kind)) || messages.has(String(message))) return true
    // Prisma keeps the driver adapter's error of a raw query in `meta`, apart from `cause`.
    inner = cause ?? meta?.driverAdapterError
  }
  return false
}

type Failure = {
  message?: unknown
  code?: unknown
  /** As `code`, of an error while Prisma's client starts. */
  errorCode?: unknown
  originalCode?: unknown
  kind?: unknown
  cause?: unknown
  meta?: { driverAdapterError?: unknown }
}
