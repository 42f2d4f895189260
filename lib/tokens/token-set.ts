import { z } from 'zod'

const tokenSetSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  idToken: z.string().optional(),
  /** Seconds since the epoch; some providers do not say. */
  expiresAt: z.number().optional(),
  /** Lifetime of the access token in seconds, as its provider said. */
  lifetime: z.number().optional(),
  scope: z.string().optional(),
})

/** The tokens that a provider issued for one sign-in; they stay on the server, encrypted at rest. */
export type TokenSet = z.output<typeof tokenSetSchema>

/** Checks the shape of a decrypted token set. Throws `ZodError` for any other value. */
export function parseTokenSet(value: unknown): TokenSet {
  return tokenSetSchema.parse(value)
}

/** The context that a token set is sealed in: it opens in its own row only. */
export function sealingContext(tokenSetId: string): string {
  return `token set ${tokenSetId}`
}

type Times = { expiresAt?: number | undefined; lifetime?: number | undefined }

const longestMargin = 30
/** For an access token of unknown lifetime, such as in a token set of an earlier version. */
const usualMargin = 5

/**
 * Whether an access token has to be refreshed before its next use: a tenth of its lifetime, at most 30
 * seconds, before it expires, so that it does not expire in transit. One without a known expiry is never due.
 */
export function isDue({ expiresAt, lifetime }: Times): boolean {
  if (expiresAt === undefined) return false
  const margin = lifetime === undefined ? usualMargin : Math.min(longestMargin, lifetime / 10)
  return expiresAt - margin <= Date.now() / 1000
}

/** Whether an access token is still valid. */
export function isAlive({ expiresAt }: Times): boolean {
  return expiresAt === undefined || expiresAt > Date.now() / 1000
}
