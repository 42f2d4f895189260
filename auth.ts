import { Auth, type AuthConfig, raw, skipCSRFCheck } from '@auth/core'
import type { Caller } from '#lib/callers/caller.ts'
import { deviceOf } from '#lib/callers/device.ts'
import { readSessionCookie, sessionCookieName } from '#lib/callers/session-cookie.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'
import { admitPerson } from '#lib/limits/admit-person.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import type { Found } from '#lib/providers/sign-in-provider.ts'
import type { Runtime } from '#lib/runtime.ts'
import { continueSession } from '#lib/sessions/continue-session.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { pageSession } from '#lib/sessions/page-session.ts'
import { sessionToken, withAccessToken } from '#lib/sessions/session-token.ts'
import { startSession } from '#lib/sessions/start-session.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import { tell } from '#lib/telemetry/tell.ts'

/** A cookie as Auth.js writes it. */
export type AuthCookie = { name: string; value: string; options: Record<string, unknown> }

/** What Auth.js answers. */
export type AuthAnswer = {
  redirect?: string
  status?: number
  headers?: Record<string, string>
  body?: unknown
  cookies: AuthCookie[]
}

/** What one call of Auth.js is about. */
type AuthCall = {
  /** The providers as they are for this call. */
  providers: AuthConfig['providers']
  /** What the call finds out about the person who signs in. */
  found?: Found
  /** The session that stood in the browser, where its cookie does not come with this request. */
  standing?: Standing | undefined
  caller: Caller
  /** When the callback of a sign-in came, by the database's clock. */
  calledAt?: Date
  /** Whether the caller has seen to it that the request comes from Baton's own page. */
  isOwnForm?: boolean
}

type Standing = { sid: string; sub: string; provider?: string | null | undefined }

/** The names of what Auth.js keeps of a begun sign-in; `sign-in-cookie.ts` keeps it in the browser. */
export const checkCookies = { state: 'state', pkceCodeVerifier: 'pkce', nonce: 'nonce' } as const
export const callbackUrlCookie = 'callback-url'

/**
 * Auth.js, for one request. Throws what went wrong: Auth.js's own error, with the cause in it, where it would
 * redirect to a page about it; a refusal of Baton's own as it is.
 */
export async function authJs(request: Request, call: AuthCall, runtime: Runtime): Promise<AuthAnswer> {
  const reported: Error[] = []
  const answer = (await Auth(request, configuration(request, call, reported, runtime)).catch(refuse)) as
    | AuthAnswer
    | Response
  const failure = reported.find((error) => !isAboutCookie(error))
  if (failure) refuse(failure)
  if (answer instanceof Response) throw new Error('Auth.js gives no answer')
  return { ...(answer as AuthAnswer), cookies: (answer as AuthAnswer).cookies ?? [] }
}

// Auth.js puts what its callbacks throw into an error of its own.
function refuse(error: Error): never {
  const { err } = (error.cause ?? {}) as { err?: unknown }
  throw isOAuthError(err) ? err : error
}

function configuration(
  request: Request,
  { providers, found = {}, standing, caller, calledAt, isOwnForm }: AuthCall,
  reported: Error[],
  shared: Runtime,
): AuthConfig {
  const { config, log } = shared
  return {
    basePath: '/api/auth',
    providers,
    secret: [...config.secrets],
    trustHost: true,
    raw: raw as never,
    ...(isOwnForm && { skipCSRFCheck }),
    session: { strategy: 'jwt', maxAge: config.sessions.lifetime },
    cookies: cookies(config),
    pages: { signIn: '/sign-in', signOut: '/sign-out', error: '/error', verifyRequest: '/error' },
    callbacks: {
      async jwt({ token, account, profile, user }) {
        if (!account) return continueSession(token, shared)
        if (!calledAt) throw new Error('a sign-in needs the time of its callback')
        const tokens = {
          accessToken: account.access_token ?? '',
          refreshToken: account.refresh_token,
          idToken: found.idToken,
          expiresAt: account.expires_at,
          lifetime: account.expires_in,
          scope: account.scope,
        }
        const started = await startSession(
          {
            providerId: account.provider,
            providerAccountId: account.providerAccountId,
            claims: found.claims ?? { ...profile },
            fromUser: found.fromUser,
            shown: { ...user },
            tokens,
            device: deviceOf(caller, shared.trustedProxies),
            provenAfter: calledAt,
          },
          { ...shared, admit: (person) => admitPerson(person, `provider ${account.provider}`, shared) },
        )
        const { sid } = started
        noteRequest({ sid })
        tell(log, 'sign_in.done', { provider: account.provider, sid, user: started.user.id })
        // The session that stood in this browser ends: its cookie is about to be overwritten.
        const replaced = readSessionCookie(request.headers.get('cookie'), config) ?? standing
        if (replaced) {
          // Some providers revoke all of a person's refresh tokens for Baton with one of them, the new one
          // included.
          const isSamePerson = replaced.sub === started.user.id && replaced.provider === account.provider
          await endSession(replaced.sid, 'replaced', shared, { revoke: !isSamePerson })
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
      error: (error) => (isAboutCookie(error) ? tell(log, 'cookie.unreadable') : reported.push(error)),
      warn: (code) => tell(log, 'authjs.warned', { code }),
      debug: () => {},
    },
  }
}

function isAboutCookie(error: Error & { type?: string }): boolean {
  return error.name === 'JWTSessionError' || error.type === 'JWTSessionError'
}

function cookies(config: Runtime['config']): AuthConfig['cookies'] {
  const options = cookieAttributes(config)
  const inner = (name: string) => ({ name, options: { ...options } })
  return {
    sessionToken: { name: sessionCookieName(config), options },
    csrfToken: { name: cookieName('baton.csrf', config), options },
    callbackUrl: inner(callbackUrlCookie),
    state: inner(checkCookies.state),
    pkceCodeVerifier: inner(checkCookies.pkceCodeVerifier),
    nonce: inner(checkCookies.nonce),
  }
}
