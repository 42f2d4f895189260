/** What a statement calls its row of `sessions`. Only constants: these conditions become part of the SQL. */
type Alias = 'sessions' | 'source' | 'app'

/**
 * The SQL condition that a session has neither ended nor expired. It may be idle for too long all the same.
 */
export function notEnded(alias: Alias): string {
  return `(${alias}.ended_at IS NULL AND ${alias}.expires_at > now())`
}

/** The SQL condition that a session is alive: `notEnded`, and not idle for too long. */
export function isAlive(alias: Alias): string {
  return `(${notEnded(alias)} AND (${alias}.idle_until IS NULL OR ${alias}.idle_until > now()))`
}

/**
 * When a session that was read ends by itself, in milliseconds since the epoch. Until then a process takes
 * its word for it, by its own clock; later it reads the row again, as another instance may have extended the
 * idle timeout.
 */
export function endOf({ expiresAt, idleUntil }: { expiresAt: Date; idleUntil: Date | null }): number {
  return Math.min(expiresAt.getTime(), idleUntil?.getTime() ?? Number.POSITIVE_INFINITY)
}
