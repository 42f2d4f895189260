import { z } from 'zod'

const tokenSetSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  idToken: z.string().optional(),
  /** Seconds since the epoch; a provider may not say. */
  expiresAt: z.number().optional(),
  /** Seconds that its provider gave the access token to live. */
  lifetime: z.number().optional(),
  scope: z.string().optional(),
})

/** What a provider issued: kept on the server, sealed at rest. */
export type TokenSet = z.output<typeof tokenSetSchema>

/** Takes an opened token set for what it is; throws when it is none. */
export function parseTokenSet(value: unknown): TokenSet {
  return tokenSetSchema.parse(value)
}

/** The context a token set is sealed in: its own row, so that it opens in no other. */
export function sealingContext(tokenSetId: string): string {
  return `token set ${tokenSetId}`
}

type Times = { expiresAt?: number | undefined; lifetime?: number | undefined }

const longestMargin = 30
/** Where nothing is known of how long it lived, such as in a token set of an earlier version. */
const usualMargin = 5

/**
 * Whether an access token is to be refreshed before it is used: before its end by a tenth of its life, at most 30 seconds, so that it does
 * not die on its way. One whose end is unknown never is.
 */
export function isDue({ expiresAt, lifetime }: Times): boolean {
  if (expiresAt === undefined) return false
  const margin = lifetime === undefined ? usualMargin : Math.min(longestMargin, lifetime / 10)
  return expiresAt - margin <= Date.now() / 1000
}

/** Whether an access token that is due can still be used, where it cannot be refreshed just now. */
export function isAlive({ expiresAt }: Times): boolean {
  return expiresAt === undefined || expiresAt > Date.now() / 1000
}
