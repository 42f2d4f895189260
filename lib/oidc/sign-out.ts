import { removeSessionCookie } from '#lib/callers/session-cookie.ts'
import { standingSession } from '#lib/callers/standing-session.ts'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import { oidcOf, paramsOf } from './context.ts'
import { signOutForm } from './pages.ts'
import type { Context, Next, Session } from './types.ts'

/** What a sign-out needs. It calls `signOut` with the `sid` of the session that its person ends. */
export type SignOutNeeds = { db: Database; config: Config; signOut(sid: string): Promise<void> }

/**
 * Middleware for RP-Initiated Logout: a person who signs out at the OpenID Provider signs out of the session
 * of Baton's behind it. Where there is no session at the OpenID Provider yet, the session of Baton's own
 * pages is asked about and ended all the same: it would sign the person in again at once.
 */
export function signOut(needs: SignOutNeeds) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next()
    const { route, session, params } = oidcOf(ctx) ?? {}
    if (!session) return
    if (route === 'end_session' && ctx.status === 200 && session.accountId === undefined)
      await askAboutStanding(ctx, session, needs)
    const isConfirmed = route === 'end_session_confirm' && ctx.status === 303
    if (isConfirmed && paramsOf({ params }).logout && !isOwn(ctx, session)) await end(ctx, session, needs)
  }
}

async function askAboutStanding(ctx: Context, { state }: Session, needs: SignOutNeeds): Promise<void> {
  const secret = state?.secret
  const standing = typeof secret === 'string' ? await standingSession(ctx.req, needs) : undefined
  if (typeof secret === 'string' && standing)
    await signOutForm(ctx, {
      action: ctx.oidc.urlFor('end_session_confirm'),
      secret,
      person: standing.user,
    })
}

async function end(ctx: Context, { accountId }: Session, { config, ...needs }: SignOutNeeds): Promise<void> {
  const standing = await standingSession(ctx.req, { config, ...needs })
  const sid = accountId ?? standing?.id
  if (sid === undefined) return
  await needs.signOut(sid)
  if (sid === standing?.id) ctx.append('Set-Cookie', removeSessionCookie(ctx.req.headers.cookie, config))
}

// The library also signs out by itself, when another account is about to sign in: the person did not ask for
// it.
function isOwn({ oidc }: Context, { state }: Session): boolean {
  return String(state?.postLogoutRedirectUri).startsWith(`${oidc.issuer}/authorize/`)
}
