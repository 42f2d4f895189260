import type { Context } from './context.ts'
import { exchangeToken } from './exchange-token.ts'
import { revoke } from './revoke.ts'

/**
 * Exchanges an ID token for a web nonce and keeps that. Whatever cannot be kept, or is replaced, is revoked: no session is
 * left behind that nobody holds. `since` is from before the sign-in began. Throws `network`, `refused`, `storage`,
 * `unsupported_response`; `signed_out` after a sign-out.
 */
export function keepWebNonce(
  idToken: string,
  since: number,
  context: Pick<Context, 'settings' | 'sessions' | 'exchanges'>,
): Promise<void> {
  // One after the other: of two answers that came in another order than they were made the dead one would be kept.
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
