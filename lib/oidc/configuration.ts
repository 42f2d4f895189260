import { hkdfSync } from 'node:crypto'
import { type Client, type Context, errors } from 'oidc-provider'
import { findUserIdOf } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { sessionLifetime } from '#lib/sessions/lifetime.ts'
import { accessTokenLifetime } from './access-tokens.ts'
import { findAccount, sessionOf } from './account.ts'
import { createAdapter } from './adapter.ts'
import { clientMetadata } from './clients.ts'
import { isFirstParty, loadGrant } from './grants.ts'
import { hideNonce } from './hide-nonce.ts'
import { showError, showSignedOut, showSignOut } from './pages.ts'
import { policy } from './policy.ts'
import type { SigningKey } from './signing-keys.ts'

const day = 24 * 3600

type Needs = Pick<Runtime, 'db' | 'config'>

/** What the OpenID Provider is, as the library takes it. */
export function configuration(needs: Needs, keys: SigningKey[]): Record<string, unknown> {
  const { config } = needs
  const secure = config.url.startsWith('https:')
  const cookie = { httpOnly: true, sameSite: 'lax', secure, overwrite: true, signed: true }
  return {
    adapter: createAdapter(needs),
    clients: clientMetadata(config),
    jwks: { keys },
    cookies: {
      keys: config.secrets.map((secret) =>
        Buffer.from(hkdfSync('sha256', secret, '', 'baton oidc cookies', 32)).toString('base64url'),
      ),
      names: { session: 'baton.oidc', interaction: 'baton.oidc.step', resume: 'baton.oidc.resume' },
      long: { ...cookie, path: '/' },
      short: cookie,
    },
    responseTypes: ['code'],
    subjectTypes: ['public'],
    scopes: ['openid', 'offline_access'],
    // What says how and when somebody signed in is in every ID token.
    claims: {
      openid: ['sub', 'sid', 'auth_time', 'acr', 'amr'],
      profile: ['name', 'picture'],
      email: ['email'],
    },
    // Claims of the scopes are in the ID token too: many applications look nowhere else.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
    ],
    routes: {
      authorization: '/authorize',
      token: '/token',
      userinfo: '/userinfo',
      jwks: '/jwks',
      introspection: '/introspect',
      revocation: '/revoke',
      end_session: '/logout',
    },
    findAccount: (_: Context, sid: string) => findAccount(sid, needs),
    pairwiseIdentifier: (ctx: Context | undefined, sid: string) =>
      (ctx && sessionOf(ctx)?.user.id) ?? findUserIdOf(needs.db, sid),
    loadExistingGrant: (ctx: Context) => loadGrant(ctx, needs),
    interactions: { policy: policy(), url: (_: Context, { uid }: { uid: string }) => `/interaction/${uid}` },
    extraParams: { login_hint_token: hideNonce },
    extraTokenClaims: (ctx: Context, token: { aud?: string }) => (token.aud ? aboutPerson(ctx) : undefined),
    issueRefreshToken: (_: Context, client: Client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // Tokens end with Baton's session, which is asked each time, and not with the browser's cookie.
    expiresWithSession: () => false,
    clientBasedCORS: (_: Context, origin: string, client: Client) =>
      config.clients.some(
        ({ client_id, origins }) => client_id === client.clientId && origins.includes(origin),
      ),
    renderError: showError,
    // The library keeps away from internal networks; here every address is the operator's own word, and applications live there.
    fetch: (url: string, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) =>
      fetch(url, options),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_: Context, client: Client, token: { clientId: string }) =>
          token.clientId === client.clientId,
      },
      introspection: {
        enabled: true,
        allowedPolicy: async (_: Context, client: Client, token: { clientId: string; accountId?: string }) =>
          token.clientId === client.clientId &&
          // The library does not ask whether the session is alive here.
          token.accountId !== undefined &&
          (await findAccount(token.accountId, needs)) !== undefined,
      },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: showSignOut, postLogoutSuccessSource: showSignedOut },
      backchannelLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_: Context, resource: string, client: Client) =>
          resourceServer(resource, client, needs),
      },
    },
    ttl: {
      AccessToken: accessTokenLifetime,
      AuthorizationCode: 60,
      Grant: sessionLifetime,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 14 * day,
      Session: sessionLifetime,
    },
  }
}

export function resourceServer(resource: string, client: Client, { config }: Needs) {
  // Nobody is asked whether an application may call a backend in their name, so only the operator's own may.
  if (!isFirstParty(client, { config })) throw new errors.InvalidTarget('this client may call no backend')
  const backend = config.backends.find(
    ({ audience, token }) => audience === resource && token.includes('baton'),
  )
  if (!backend) throw new errors.InvalidTarget('there is no backend with this audience')
  return {
    audience: resource,
    scope: '',
    accessTokenFormat: 'jwt',
    accessTokenTTL: accessTokenLifetime,
    jwt: { sign: { alg: 'RS256' } },
  }
}

function aboutPerson(ctx: Context): Record<string, unknown> | undefined {
  const session = sessionOf(ctx)
  if (!session) return undefined
  const { id, user, amr, authTime } = session
  return {
    sid: id,
    amr,
    auth_time: Math.floor(authTime.getTime() / 1000),
    ...(user.name && { name: user.name }),
  }
}
