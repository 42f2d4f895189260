import { endSessionCookie } from '#lib/callers/session-cookie.ts'
import { standingSession } from '#lib/callers/standing-session.ts'
import { oidcOf, paramsOf } from './context.ts'
import { type PageNeeds, showSignOut } from './pages.ts'
import type { Context, Next, Session } from './types.ts'

/** What a sign-out needs. It calls `signOut` with the `sid` of the session that its person ends. */
export type SignOutNeeds = PageNeeds & { signOut(sid: string): Promise<void> }

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
      await showSignOut(ctx, needs)
    if (route === 'end_session_confirm' && ctx.status === 303) keepLanguage(ctx)
    const isConfirmed = route === 'end_session_confirm' && ctx.status === 303
    if (isConfirmed && paramsOf({ params }).logout && !isOwn(ctx, session)) await end(ctx, session, needs)
  }
}

// The page that confirms it is in the language of the one that has asked.
function keepLanguage(ctx: Context): void {
  const { ui_locales } = ctx.query
  const location = URL.parse(ctx.response.get('location'))
  if (typeof ui_locales !== 'string' || !location?.href.startsWith(ctx.oidc.urlFor('end_session_success')))
    return
  location.searchParams.set('ui_locales', ui_locales)
  ctx.set('location', location.href)
}

async function end(ctx: Context, { accountId }: Session, { config, ...needs }: SignOutNeeds): Promise<void> {
  const standing = await standingSession(ctx.req, { config, ...needs })
  const sid = accountId ?? standing?.id
  if (sid !== undefined) await needs.signOut(sid)
  // Nobody is signed in here from now on, by the person's wish.
  if (sid === standing?.id || !standing)
    ctx.append('Set-Cookie', endSessionCookie(ctx.req.headers.cookie, config))
}

// The library also signs out by itself, when another account is about to sign in: the person did not ask for
// it.
function isOwn({ oidc }: Context, { state }: Session): boolean {
  return String(state?.postLogoutRedirectUri).startsWith(`${oidc.issuer}/authorize/`)
}
