import type { Account } from 'oidc-provider'
import type { LiveSession } from '#lib/db/sessions.ts'
import { type TouchNeeds, touchSession } from '#lib/sessions/touch-session.ts'
import { oidcOf } from './context.ts'
import type { Context } from './types.ts'

/**
 * An account of the OpenID Provider is one of Baton's sessions: everything issued in it ends with that
 * session.
 */
type SessionAccount = Account & { session: LiveSession }

/**
 * The account for a `sid`, or `undefined` when the session has ended. The library calls it at every
 * authorization, code, refresh and userinfo request, and each of them is a use of the session. The `sub` that
 * clients see is the user's id (see `provider.ts`).
 */
export async function findAccount(sid: string, needs: TouchNeeds): Promise<SessionAccount | undefined> {
  const session = await touchSession(sid, needs)
  if (!session) return undefined
  const { name, email, image } = session.user
  return {
    accountId: sid,
    session,
    claims: () => ({
      sub: sid,
      ...(name && { name }),
      ...(email && { email }),
      ...(image && { picture: image }),
    }),
  }
}

/** The session that an authorization request is answered for. */
export function sessionOf(ctx: Context): LiveSession | undefined {
  return (oidcOf(ctx)?.account as SessionAccount | undefined)?.session
}
