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

type Times = {
  expiresAt?: number | undefined
  lifetime?: number | undefined
  /** Until when by this process's monotonic clock, in milliseconds, as far as it is known. */
  goodUntil?: number
}

const longestMargin = 30
/** For an access token of unknown lifetime, such as in a token set of an earlier version. */
const usualMargin = 5

/**
 * Whether an access token has to be refreshed before its next use: a tenth of its lifetime, at most 30
 * seconds, before it expires, so that it does not expire in transit. One without a known expiry is never due.
 */
export function isDue(times: Times): boolean {
  const { lifetime } = times
  const margin = lifetime === undefined ? usualMargin : Math.min(longestMargin, lifetime / 10)
  return secondsLeft(times) <= margin
}

/** Whether an access token is still valid. */
export function isAlive(times: Times): boolean {
  return secondsLeft(times) > 0
}

/**
 * The seconds that an access token has left, by the clock that leaves it fewer: the wall clock may have been
 * set since, or at its issue. With the `age` of a stored one by the database's clock, in seconds, the token
 * outlives its lifetime by neither. Infinite for a token without a known expiry.
 */
export function secondsLeft({ expiresAt, lifetime, goodUntil }: Times, age?: number): number {
  return Math.min(
    expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - Date.now() / 1000,
    goodUntil === undefined ? Number.POSITIVE_INFINITY : (goodUntil - performance.now()) / 1000,
    age === undefined || lifetime === undefined ? Number.POSITIVE_INFINITY : lifeAt(age, lifetime),
  )
}

// Below zero, but for a rounding, the database's clock has been set back: how old the token is nobody knows.
function lifeAt(age: number, lifetime: number): number {
  return age < -1 ? 0 : lifetime - age
}
