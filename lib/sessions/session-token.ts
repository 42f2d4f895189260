import { z } from 'zod'
import type { User } from '#lib/db/users.ts'
import { isFresh, type TokenSet } from '#lib/tokens/token-set.ts'

const schema = z.object({
  sub: z.string(),
  sid: z.uuid(),
  provider: z.string().nullish(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  picture: z.string().nullish(),
  /** When the session ends, in seconds since the epoch. */
  ends: z.number(),
  /** When the cookie itself does, as Auth.js writes it. */
  exp: z.number().optional(),
  accessToken: z.string().optional(),
  accessTokenExpiresAt: z.number().optional(),
  error: z.string().optional(),
})

/** What the encrypted session cookie says. */
export type SessionToken = z.output<typeof schema>

/** A decrypted session cookie as what it is, or `undefined` when it is none of Baton's. */
export function parseSessionToken(payload: unknown): SessionToken | undefined {
  return schema.safeParse(payload).data
}

/** The cookie's content for a session; who it is for is repeated so that pages need not ask for it. */
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
    ends: Math.floor(expiresAt.getTime() / 1000),
  }
}

// Above this the encrypted cookie would come near the 4,096 bytes that browsers and proxies allow.
const longestCopy = 1400

/** The access token as the cookie's copy, which is only a cache: left out when it is long, as its token set has it. */
export function accessTokenCopy(
  tokens: TokenSet,
): Pick<SessionToken, 'accessToken' | 'accessTokenExpiresAt'> {
  if (tokens.accessToken.length > longestCopy) return {}
  return {
    accessToken: tokens.accessToken,
    ...(tokens.expiresAt !== undefined && { accessTokenExpiresAt: tokens.expiresAt }),
  }
}

/** The cookie's copy of the access token while it is still good. */
export function freshCopy(token: SessionToken): string | undefined {
  return token.accessToken && isFresh({ expiresAt: token.accessTokenExpiresAt })
    ? token.accessToken
    : undefined
}
