import type { Context } from './context.ts'
import { BatonError } from './error.ts'
import type { Settings } from './options.ts'
import { revoke } from './revoke.ts'

/**
 * Forgets the session and any waiting sign-in, then revokes the web nonce at Baton. Throws `storage`;
 * `not_revoked`, with the reason as `cause`, when everything is forgotten here but the session may live on at
 * Baton until it expires.
 */
export async function signOut({ settings, sessions, pendingSignIns, accessTokens }: Context): Promise<void> {
  accessTokens.forget()
  const [webNonce, ...forgotten] = await Promise.allSettled([...sessions.end(), pendingSignIns.forget()])
  const notRevoked =
    webNonce.status === 'fulfilled' && webNonce.value !== undefined
      ? await failureToRevoke(webNonce.value, settings)
      : undefined
  for (const step of [webNonce, ...forgotten]) if (step.status === 'rejected') throw step.reason
  if (notRevoked) throw notRevoked
}

async function failureToRevoke(webNonce: string, settings: Settings): Promise<BatonError | undefined> {
  try {
    await revoke(webNonce, settings)
    return undefined
  } catch (cause) {
    const description = 'signed out here, but at Baton the session may live until its end'
    return new BatonError('not_revoked', description, { cause })
  }
}
