import type { Account, Context } from 'oidc-provider'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'

/** An account of the OpenID Provider is a session of Baton's: when that has ended, so has all that was given in it. */
export type SessionAccount = Account & { session: LiveSession }

/**
 * The account of a `sid`; `undefined` once that session has ended, which the library asks at every authorization request, code,
 * refresh and userinfo. Its `sub` is the user's, see `provider.ts`.
 */
export async function findAccount(
  sid: string,
  { db }: Pick<Runtime, 'db'>,
): Promise<SessionAccount | undefined> {
  const session = await findLiveSession(db, sid)
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

/** The account that an authorization request is answered for. */
export function sessionOf(ctx: Context): LiveSession | undefined {
  return (ctx.oidc?.account as SessionAccount | undefined)?.session
}
