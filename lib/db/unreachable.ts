const lost = new Set([
  // Prisma: cannot reach, timed out, closed the connection, no connection free in time
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  // Node and PostgreSQL: refused, reset, shutting down, starting up, too many connections
  'ECONNREFUSED',
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
  for (let inner = error, depth = 0; inner instanceof Error && depth < 5; inner = inner.cause, depth++) {
    const { code, meta } = inner as { code?: unknown; meta?: { code?: unknown } }
    if (lost.has(String(code)) || lost.has(String(meta?.code))) return true
    if (
      /DatabaseNotReachable|ConnectionClosed|SocketTimeout|Connection terminated/.test(
        `${inner.name} ${inner.message}`,
      )
    )
      return true
  }
  return false
}
