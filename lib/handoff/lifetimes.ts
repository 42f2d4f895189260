import type { Config } from '#lib/config/load.ts'

/**
 * How long the session of a hand-off lives at most, and how long it may be idle, in seconds. A session that
 * an ID token began is as short as one that an exchange of that token would have begun.
 */
export function lifetimesOf({
  sessions,
  handoff,
  webNonces,
}: Pick<Config, 'sessions' | 'handoff' | 'webNonces'>) {
  const lifetime = Math.min(sessions.lifetime, handoff.sessionTtl)
  return {
    lifetime,
    sourcelessLifetime: Math.min(lifetime, webNonces.lifetime),
    idleTime: sessions.idleTime,
  }
}
