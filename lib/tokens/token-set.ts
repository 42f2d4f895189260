import { z } from 'zod'

const tokenSetSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  idToken: z.string().optional(),
  /** Seconds since the epoch; a provider may not say. */
  expiresAt: z.number().optional(),
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

/** Whether an access token can still be used: for 5 seconds more at least, so that it does not die on its way. */
export function isFresh({ expiresAt }: { expiresAt?: number | undefined }): boolean {
  return expiresAt === undefined || expiresAt - 5 > Date.now() / 1000
}
