import type { LiveSession } from '#lib/db/sessions.ts'
import { parseSessionToken } from './session-token.ts'

/** What a page may know of the session. It contains no token. */
export type PageSession = {
  user: { id: string; name: string | null; email: string | null; image: string | null }
  expires: string
  provider: string | null
  sid: string
  error?: string
}

/** The part of a session cookie's content that may reach a browser. Throws for any other value. */
export function pageSession(payload: unknown): PageSession {
  const token = parseSessionToken(payload)
  if (!token) throw new Error('the session cookie has no session')
  return {
    user: {
      id: token.sub,
      name: token.name ?? null,
      email: token.email ?? null,
      image: token.picture ?? null,
    },
    expires: new Date(token.ends * 1000).toISOString(),
    provider: token.provider ?? null,
    sid: token.sid,
    ...(token.error && { error: token.error }),
  }
}

/** The same, from the session's row. */
export function pageSessionOf(session: LiveSession): PageSession {
  const { id: sid, provider, expiresAt, tokenSetError } = session
  const { id, name, email, image } = session.user
  return {
    user: { id, name, email, image },
    expires: expiresAt.toISOString(),
    provider,
    sid,
    ...(tokenSetError && { error: tokenSetError }),
  }
}
