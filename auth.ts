import NextAuth, { type NextAuthConfig, type NextAuthResult } from 'next-auth'
import { authjsCookies } from '#lib/callers/authjs-cookies.ts'
import { readSessionCookie } from '#lib/callers/session-cookie.ts'
import { type Runtime, runtime } from '#lib/runtime.ts'
import { continueSession } from '#lib/sessions/continue-session.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { type PageSession, pageSession } from '#lib/sessions/page-session.ts'
import { sessionToken, withAccessToken } from '#lib/sessions/session-token.ts'
import { startSession } from '#lib/sessions/start-session.ts'

const nextAuth = NextAuth((request) => configuration(runtime(), request))

export const handlers: NextAuthResult['handlers'] = nextAuth.handlers
export const auth: NextAuthResult['auth'] = nextAuth.auth
export const signIn: NextAuthResult['signIn'] = nextAuth.signIn
export const signOut: NextAuthResult['signOut'] = nextAuth.signOut

function configuration(shared: Runtime, request: Request | undefined): NextAuthConfig {
  const { config, log } = shared
  return {
    providers: config.providers.map(({ authjs }) => authjs),
    secret: [...config.secrets],
    trustHost: true,
    cookies: authjsCookies(config),
    session: { strategy: 'jwt', maxAge: config.sessions.lifetime },
    pages: { signIn: '/sign-in', signOut: '/sign-out', error: '/error', verifyRequest: '/error' },
    callbacks: {
      async jwt({ token, account, profile, user }) {
        if (!account) return continueSession(token, shared)
        const tokens = {
          accessToken: account.access_token ?? '',
          refreshToken: account.refresh_token,
          idToken: account.id_token,
          expiresAt: account.expires_at,
          lifetime: account.expires_in,
          scope: account.scope,
        }
        const started = await startSession(
          {
            providerId: account.provider,
            providerAccountId: account.providerAccountId,
            claims: { ...profile },
            shown: { ...user },
            tokens,
          },
          shared,
        )
        // The session that stood in this browser ends: its cookie is about to be overwritten.
        const replaced = await readSessionCookie(request?.headers.get('cookie'), config)
        if (replaced) {
          // Some providers revoke all of a person's refresh tokens for Baton with one of them, the new one
          // included.
          const isSamePerson = replaced.sub === started.user.id && replaced.provider === account.provider
          await endSession(replaced.sid, shared, { revoke: !isSamePerson })
        }
        return withAccessToken(sessionToken({ ...started, provider: account.provider }), tokens)
      },
      session: ({ session, token }) => Object.assign(session, pageSession(token)),
      redirect: ({ url, baseUrl }) => {
        const target = URL.parse(url, baseUrl)
        return target?.origin === baseUrl ? target.href : baseUrl
      },
    },
    logger: {
      // Anybody can send a bad session cookie: no log line for it above debug.
      error: (error) =>
        error.name === 'JWTSessionError' || (error as { type?: string }).type === 'JWTSessionError'
          ? log.debug('a session cookie could not be opened')
          : log.warn(withoutContents(error), 'Auth.js reports an error'),
      warn: (code) => log.debug({ code }, 'Auth.js warns'),
      debug: () => {},
    },
  }
}

// Auth.js attaches a provider's whole answers to its errors; the log gets what failed and where, without
// contents.
function withoutContents(error: Error & { type?: string }) {
  const { err } = (error.cause ?? {}) as { err?: Error }
  return {
    type: error.type ?? error.name,
    reason: err?.message ?? error.message,
    stack: (err ?? error).stack,
  }
}

/** The session of the request that a page is rendered for. */
export async function currentSession(): Promise<PageSession | null> {
  // The session callback gives it this shape.
  const session = (await auth()) as PageSession | null
  // The callback goes on with what it knows; a page stops once it cannot know whether the session lives.
  if (session) await runtime().revocations.requireContact()
  return session
}
