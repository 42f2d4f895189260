import { AsyncLocalStorage } from 'node:async_hooks'
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { genericOAuth } from 'better-auth/plugins'
import { decodeJwt } from 'jose'

const { BATON_URL, APP_URL, CLIENT_ID, CLIENT_SECRET, SESSION_SECRET } = process.env as Record<string, string>

export const issuer = `${BATON_URL}/oidc`

/** What one request learns from its ID token, on the way to the session that it makes. */
export const signIn = new AsyncLocalStorage<{ acr?: string }>()

export const auth = betterAuth({
  baseURL: APP_URL,
  secret: SESSION_SECRET,
  onAPIError: { errorURL: `${APP_URL}/signin/failed` },
  // Gone with the process, as it is in the demo.
  database: new DatabaseSync(':memory:'),
  session: { additionalFields: { acr: { type: 'string', required: false, input: false } } },
  databaseHooks: {
    session: { create: { before: async (session) => ({ data: { ...session, ...signIn.getStore() } }) } },
  },
  plugins: [
    genericOAuth({
      config: [
        {
          providerId: 'baton',
          discoveryUrl: `${issuer}/.well-known/openid-configuration`,
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          scopes: ['openid', 'profile', 'email'],
          pkce: true,
          requireIdTokenVerification: true,
          overrideUserInfo: true,
          getUserInfo: async ({ accessToken, idToken }) => {
            // Better Auth has verified this ID token. It keeps the newest one of a person, not of a session.
            Object.assign(signIn.getStore() ?? {}, { acr: decodeJwt(idToken as string).acr })
            const headers = { authorization: `Bearer ${accessToken}` }
            const answer = await fetch(`${issuer}/userinfo`, { headers })
            const { sub, name, email } = (await answer.json()) as Record<string, string>
            // Baton need not know an address, and does not say that it is verified.
            return { sub, name, email: email ?? `${sub}@users.invalid`, emailVerified: false }
          },
        },
      ],
    }),
  ],
})
