import type { Context } from './context.ts'
import { exchangeToken } from './exchange-token.ts'
import { revoke } from './revoke.ts'

/**
 * Exchanges an ID token for a web nonce and keeps it. Revokes a web nonce that is replaced or cannot be kept,
 * so that no session lives on without an owner. `since` is the count of sign-outs when the sign-in began.
 * Throws `network`, `refused`, `storage`, `unsupported_response`; `signed_out` after a sign-out.
 */
export function keepWebNonce(
  idToken: string,
  since: number,
  context: Pick<Context, 'settings' | 'sessions' | 'exchanges'>,
): Promise<void> {
  // One at a time: if two answers arrived out of order, the dead web nonce would be kept.
  return context.exchanges(() => exchangeAndKeep(idToken, since, context))
}

async function exchangeAndKeep(
  idToken: string,
  since: number,
  { settings, sessions }: Pick<Context, 'settings' | 'sessions'>,
): Promise<void> {
  const subject = { subjectToken: idToken, subjectTokenType: 'id_token' } as const
  const { accessToken: webNonce } = await exchangeToken(subject, settings)
  const revokeQuietly = (other: string) => revoke(other, settings).catch(() => undefined)
  try {
    const before = await sessions.keep(webNonce, since)
    if (before !== undefined && before !== webNonce) await revokeQuietly(before)
  } catch (error) {
    await revokeQuietly(webNonce)
    throw error
  }
}
