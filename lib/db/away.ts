import { isOAuthError } from '#lib/oauth/error.ts'

/** Codes of Prisma and of Node for a database that cannot do its work now. */
const codes = new Set([
  // Prisma: credentials refused, no server, timeout, no such database, no access, no TLS, connection closed
  'P1000',
  'P1001',
  'P1002',
  'P1003',
  'P1008',
  'P1010',
  'P1011',
  'P1017',
  // no such table or column: the migrations are missing
  'P2021',
  'P2022',
  // no free connection in time, a transaction that took too long, a deadlock, too many connections
  'P2024',
  'P2028',
  'P2034',
  'P2037',
  // Node: refused, unknown host, no route, reset, timeout
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
])

/**
 * SQLSTATE codes and classes (PostgreSQL, appendix A) that say the same: connection, credentials, no such
 * database or schema, deadlock, resources, state, shutdown, file system, broken data. No input causes any of
 * them.
 */
const states = /^(08|28|3D|3F|40|53|55|57|58|F0|XX)...$/
const singleStates = new Set([
  // read-only; no such table, column or right; a plan of before a migration; a statement that a pooler lost
  '25006',
  '42P01',
  '42703',
  '42501',
  '0A000',
  '26000',
  '42P05',
])

/** What `@prisma/adapter-pg` calls such an error in place of its code. */
const kinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TlsConnectionError',
  'AuthenticationFailed',
  'DatabaseAccessDenied',
  'DatabaseDoesNotExist',
  'TableDoesNotExist',
  'ColumnNotFound',
  'TransactionWriteConflict',
])

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

/**
 * What an error says of a database that cannot do its work now: a code, a kind or a message, the innermost
 * first. `undefined` for any other error: the query was wrong, or it is a refusal whose cause is another
 * server's.
 */
export function awayAs(error: unknown): string | undefined {
  if (isOAuthError(error)) return undefined
  let inner = error
  let found: string | undefined
  for (let depth = 0; typeof inner === 'object' && inner !== null && depth < 5; depth++) {
    const { message, code, errorCode, originalCode, kind, meta, cause } = inner as Failure
    found = [code, errorCode, originalCode].map(String).find(isKnown) ?? found
    if (kinds.has(String(kind))) found = String(originalCode ?? kind)
    if (messages.has(String(message))) found = String(message)
    // Prisma keeps the driver adapter's error of a raw query in `meta`, apart from `cause`.
    inner = cause ?? meta?.driverAdapterError
  }
  return found
}

/** Whether an error says that the database cannot do its work now, rather than that a query was wrong. */
export function isDatabaseAway(error: unknown): boolean {
  return awayAs(error) !== undefined
}

function isKnown(code: string): boolean {
  return codes.has(code) || states.test(code) || singleStates.has(code)
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
