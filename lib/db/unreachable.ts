const lost = new Set([
  // Two that waited for each other, or for too long: nothing is wrong with the query, and it goes the next time.
  '40P01',
  'P2034',
  'P2028',
  // Prisma: cannot reach, timed out, closed the connection, no connection free in time
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  // Node and PostgreSQL: refused, unknown, no way there, reset, shutting down, starting up, too many connections
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
  '08001',
  '08003',
])

/** Whether an error says that the database cannot be reached now, rather than that a query was wrong. */
export function isDatabaseUnreachable(error: unknown): boolean {
  let inner = error
  for (let depth = 0; typeof inner === 'object' && inner !== null && depth < 5; depth++) {
    const { name, message, code, originalCode, kind, meta, cause } = inner as Failure
    if ([code, originalCode].some((known) => lost.has(String(known)))) return true
    if (unreachable.test(`${name} ${message} ${kind}`)) return true
    // Prisma keeps what the driver said of a raw query apart from the cause.
    inner = cause ?? meta?.driverAdapterError
  }
  return false
}

const unreachable =
  /DatabaseNotReachable|Can't reach database server|Query read timeout|timeout exceeded when trying to connect|ConnectionClosed|SocketTimeout|Connection terminated|is not queryable/

type Failure = {
  name?: unknown
  message?: unknown
  code?: unknown
  originalCode?: unknown
  kind?: unknown
  cause?: unknown
  meta?: { driverAdapterError?: unknown }
}
