import { hkdfSync } from 'node:crypto'
import { type Configuration, errors } from 'oidc-provider'
import { clientOf } from '#lib/config/client-of.ts'
import { globalTokenRevocationPath } from '#lib/config/operators.ts'
import { findUserIdOf } from '#lib/db/sessions.ts'
import { requestSeconds } from '#lib/devices/lifetime.ts'
import type { ClaimsNeeds } from '#lib/hooks/ask-claims.ts'
import { cookieAttributes, cookieName } from '#lib/http/cookie.ts'
import type { Limits } from '#lib/limits/limits.ts'
import { proofAlgorithms } from '#lib/oauth/signature-algorithms.ts'
import { deviceCodeGrant } from '#lib/oauth/urns.ts'
import { accessTokenLifetime, alg, sessionClaims } from './access-tokens.ts'
import { findAccount, sessionOf } from './account.ts'
import { createAdapter } from './adapter.ts'
import { clientMetadata } from './clients.ts'
import { paramsOf } from './context.ts'
import { refuseLongRequest } from './device-authorization.ts'
import { withDeviceCodes } from './device-code-records.ts'
import { getsRefreshToken, isFirstParty, loadGrant } from './grants.ts'
import { hideNonce } from './hide-nonce.ts'
import { ownClaims } from './own-claims.ts'
import { type PageNeeds, showError, showSignedOut, showSignOut } from './pages.ts'
import { policy } from './policy.ts'
import type { SigningKey } from './signing-keys.ts'
import type { Context } from './types.ts'

const day = 24 * 3600
/** Seconds that a row lasts which a browser without a session has caused. */
const ofStrangers = 600

type Needs = ClaimsNeeds & PageNeeds & { limits: Limits }

/** The settings of the OpenID Provider in the library's form. */
export function configuration(needs: Needs, keys: SigningKey[]): Configuration {
  const { config } = needs
  const cookie = { ...cookieAttributes(config), overwrite: true, signed: true } as const
  return {
    adapter: withDeviceCodes(createAdapter(needs), needs),
    clients: clientMetadata(config),
    jwks: { keys },
    discovery: {
      global_token_revocation_endpoint: `${config.url}${globalTokenRevocationPath}`,
      ui_locales_supported: config.languages,
    },
    cookies: {
      keys: config.secrets.map((secret) =>
        Buffer.from(hkdfSync('sha256', secret, '', 'baton oidc cookies', 32)).toString('base64url'),
      ),
      names: {
        session: cookieName('baton.oidc', config),
        interaction: cookieName('baton.oidc.step', config),
        resume: cookieName('baton.oidc.resume', config),
      },
      long: cookie,
      short: cookie,
    },
    responseTypes: ['code'],
    subjectTypes: ['public'],
    scopes: ['openid', 'offline_access'],
    // Every ID token says how and when its person signed in.
    claims: {
      openid: ['sub', 'sid', 'auth_time', 'acr', 'amr'],
      profile: ['name', 'picture'],
      email: ['email'],
    },
    // Claims of the scopes are in the ID token too: many applications do not call userinfo.
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
      device_authorization: '/device_authorization',
      // Baton's own pages are in their place, see `device-authorization.ts`.
      code_verification: '/device',
      revocation: '/revoke',
      end_session: '/logout',
    },
    async findAccount(ctx, sid) {
      if (leavesRows.has(paramsOf(ctx.oidc).grant_type ?? '')) await needs.limits.take('tokens', sid)
      return findAccount(sid, needs)
    },
    pairwiseIdentifier: (ctx, sid) => subjectOf(ctx, sid, needs),
    loadExistingGrant: (ctx) => loadGrant(ctx, needs),
    interactions: { policy: policy(), url: (_, { uid }) => `/interaction/${uid}` },
    extraParams: { login_hint_token: (ctx, nonce) => hideNonce(ctx, nonce, config) },
    extraTokenClaims: (ctx, token) => (token.aud ? aboutPerson(ctx, token, needs) : undefined),
    issueRefreshToken: (ctx, client, code) => getsRefreshToken(ctx, client, code, needs),
    rotateRefreshToken: true,
    // Tokens end with Baton's session, which is looked up each time, not with the browser's cookie.
    expiresWithSession: () => false,
    clientBasedCORS: (_, origin, { clientId }) =>
      clientOf(clientId, config)?.origins.includes(origin) ?? false,
    renderError: (ctx, error) => showError(ctx, error, needs),
    // The library avoids internal networks. Here the operator has configured every address, internal ones
    // included.
    fetch: (url, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown } = {}) =>
      fetch(url, options),
    // Without RSA: the library looks at a proof before it knows the caller, and takes keys of any exponent.
    enabledJWA: { dPoPSigningAlgValues: proofAlgorithms.filter((name) => !/^[RP]S/.test(name)) },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****', deviceInfo: refuseLongRequest },
      userinfo: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_, client, token) => token.clientId === client.clientId,
      },
      introspection: {
        enabled: true,
        async allowedPolicy(ctx, client, token) {
          if (token.clientId !== client.clientId || !('accountId' in token)) return false
          // The library does not check here whether the session is alive.
          const account = await findAccount(token.accountId, needs)
          if (account) ctx.oidc.entity('Account', account)
          return account !== undefined
        },
      },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        async logoutSource(ctx) {
          await showSignOut(ctx, needs)
        },
        postLogoutSuccessSource: (ctx) => showSignedOut(ctx, needs),
      },
      backchannelLogout: { enabled: true },
      dPoP: {
        enabled: true,
        nonceSecret: Buffer.from(hkdfSync('sha256', config.secrets[0], '', 'baton oidc dpop nonces', 32)),
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource, client) => resourceServer(resource, client, needs),
      },
    },
    ttl: {
      AccessToken: accessTokenLifetime,
      AuthorizationCode: 60,
      DeviceCode: requestSeconds,
      Grant: config.sessions.lifetime,
      IdToken: 3600,
      Interaction: ttlOf(3600, (ctx) => ctx.oidc.session),
      RefreshToken: 14 * day,
      Session: ttlOf(config.sessions.lifetime, (_, session) => session),
    },
  }
}

/** Grants that leave rows, by which a reuse is known. */
const leavesRows = new Set<string>(['authorization_code', 'refresh_token', deviceCodeGrant])

type Signed = { accountId?: string | undefined }

// A browser without a session costs its sender nothing, and this server a row.
function ttlOf<Record>(seconds: number, sessionOf: (ctx: Context, record: Record) => Signed | undefined) {
  return (ctx: Context, record: Record) => (sessionOf(ctx, record)?.accountId ? seconds : ofStrangers)
}

/**
 * The backend that a client may call with a token for `resource`. Throws `invalid_target` (RFC 8707, section
 * 2) for a client that is not the operator's own, since no consent covers backends, and for an unknown
 * resource.
 */
export function resourceServer(
  resource: string,
  client: { clientId: string },
  { config }: Pick<Needs, 'config'>,
) {
  if (!isFirstParty(client, { config })) throw new errors.InvalidTarget('this client may not call backends')
  const backend = config.backends.find(
    ({ audience, token }) => audience === resource && token.includes('baton'),
  )
  if (!backend) throw new errors.InvalidTarget('there is no backend with this audience')
  return {
    audience: resource,
    scope: '',
    accessTokenFormat: 'jwt',
    accessTokenTTL: accessTokenLifetime,
    jwt: { sign: { alg } },
  } as const
}

type ForClient = { aud?: string | string[] | undefined; clientId?: string | undefined }

async function aboutPerson(ctx: Context, { aud, clientId = '' }: ForClient, needs: ClaimsNeeds) {
  const session = sessionOf(ctx)
  if (!session) return undefined
  const token = { use: 'access_token', audience: String(aud) } as const
  return { ...(await ownClaims(ctx, session, { clientId, token }, needs)), ...sessionClaims(session) }
}

// The library stores the account, a `sid`; clients see the user's id. Once the session's row is gone there is
// none, and the library leaves the claim out, which its types do not foresee.
async function subjectOf(ctx: Context | undefined, sid: string, { db }: Needs): Promise<string> {
  return ((ctx && sessionOf(ctx)?.user.id) ?? (await findUserIdOf(db, sid))) as string
}
