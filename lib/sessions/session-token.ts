import { z } from 'zod'
import type { User } from '#lib/db/users.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { isDue, type TokenSet } from '#lib/tokens/token-set.ts'

const schema = z.object({
  sub: z.string(),
  sid: z.uuid(),
  provider: z.string().nullish(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  picture: z.string().nullish(),
  /** When the session ends, in seconds since the epoch. */
  ends: z.number(),
  /** When the cookie expires, in seconds since the epoch; Auth.js writes it. */
  exp: z.number().optional(),
  accessToken: z.string().optional(),
  accessTokenExpiresAt: z.number().optional(),
  accessTokenLifetime: z.number().optional(),
  error: z.string().optional(),
})

/** The content of the encrypted session cookie. */
export type SessionToken = z.output<typeof schema>

/** The content of a decrypted session cookie, or `undefined` when Baton did not make it. */
export function parseSessionToken(payload: unknown): SessionToken | undefined {
  return schema.safeParse(payload).data
}

/** The cookie's content for a session. It includes the person, so that pages need no query. */
export function sessionToken(session: {
  sid: string
  user: User
  provider: string | null
  expiresAt: Date
}): SessionToken {
  const { sid, user, provider, expiresAt } = session
  return {
    sub: user.id,
    sid,
    provider,
    name: user.name,
    email: user.email,
    picture: user.image,
    ends: numericDate(expiresAt),
  }
}

// Above this the encrypted cookie would be more than half of the longest one that browsers accept, and of the
// 4 kB that some proxies allow for all cookies of a request.
const longestContent = 1400

type Copied = Pick<TokenSet, 'accessToken' | 'expiresAt' | 'lifetime'>

/** The cookie's content with a copy of the access token. The copy is a cache; a long token is left out. */
export function withAccessToken(session: SessionToken, tokens: Copied | undefined): SessionToken {
  if (!tokens?.accessToken || isDue(tokens)) return session
  const { accessToken, expiresAt, lifetime } = tokens
  const full = {
    ...session,
    accessToken,
    ...(expiresAt !== undefined && { accessTokenExpiresAt: expiresAt }),
    ...(lifetime !== undefined && { accessTokenLifetime: lifetime }),
  }
  return Buffer.byteLength(JSON.stringify(full)) > longestContent ? session : full
}

/** The cookie's copy of the access token until it is due. */
export function freshCopy(token: SessionToken): string | undefined {
  const { accessToken, accessTokenExpiresAt: expiresAt, accessTokenLifetime: lifetime } = token
  return isDue({ expiresAt, lifetime }) ? undefined : accessToken
}
