import { randomBytes } from 'node:crypto'
import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { clients } from './clients.ts'
import { createMemoryAdapter } from './memory-adapter.ts'
import { showError, showSignedOut, showSignOut } from './other-pages.ts'
import { findPerson } from './people.ts'
import type { SigningKey } from './signing-key.ts'

const DAY = 24 * 60 * 60

export type Settings = {
  issuer: string
  batonUrl: string
  backendUrl: string
  /** Lifetime in seconds, or a function that returns it for each token. */
  accessTokenTtl: number | (() => number)
}

/**
 * Returns the settings of oidc-provider for the demo. They decide everything that it would otherwise warn
 * about.
 */
export function configuration(settings: Settings, signingKey: SigningKey): Configuration {
  const { batonUrl, backendUrl, accessTokenTtl } = settings

  // The demo skips the consent page.
  const policy = interactionPolicy.base()
  policy.remove('consent')

  return {
    adapter: createMemoryAdapter(),
    clients: clients(batonUrl),
    jwks: { keys: [signingKey.privateJwk] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    responseTypes: ['code'],
    scopes: ['openid'],
    claims: {
      // Every ID token says how the person signed in, requested or not.
      openid: ['sub', 'amr'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    // ID tokens contain the claims of the scopes, as with most identity providers.
    conformIdTokenClaims: false,
    findAccount,
    extraTokenClaims: (_ctx, token) => ({
      name: 'accountId' in token ? findPerson(token.accountId)?.name : undefined,
    }),
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    // Signing out in the browser does not end the tokens of an app.
    expiresWithSession: () => false,
    loadExistingGrant: (ctx) => grantAll(ctx, backendUrl),
    interactions: { policy, url: (_ctx, { uid }) => `/sign-in/${uid}` },
    // Apps in pages and web views exchange their codes themselves; what has a secret never does.
    clientBasedCORS: (_ctx, _origin, client) => client.clientAuthMethod === 'none',
    // The library's own fetch refuses loopback addresses, where Baton runs.
    fetch: (url, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown } = {}) =>
      fetch(url, options),
    renderError: showError,
    features: {
      devInteractions: { enabled: false },
      // Access tokens are for the backend only, so userinfo accepts none of them. But Auth.js refuses an
      // identity provider without that endpoint, although it reads the ID token and never calls userinfo.
      userinfo: { enabled: true },
      backchannelLogout: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: { enabled: true, logoutSource: showSignOut, postLogoutSuccessSource: showSignedOut },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => backendUrl,
        // Also for requests with `openid`, which otherwise get a token for userinfo.
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          audience: backendUrl,
          scope: 'api',
          accessTokenFormat: 'jwt',
          accessTokenTTL: typeof accessTokenTtl === 'function' ? accessTokenTtl() : accessTokenTtl,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    ttl: {
      AccessToken: accessTokenTtl,
      AuthorizationCode: 60,
      Grant: 14 * DAY,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      RefreshToken: 14 * DAY,
      Session: 14 * DAY,
    },
  }
}

async function findAccount(_ctx: KoaContextWithOIDC, id: string) {
  const person = findPerson(id)
  if (!person) return undefined
  const claims = () => ({
    sub: person.id,
    name: person.name,
    preferred_username: person.id,
    email: person.email,
    email_verified: true,
  })
  return { accountId: person.id, claims }
}

// Each sign-in gets its own grant: a reused refresh token ends the tokens of that sign-in only.
async function grantAll(ctx: KoaContextWithOIDC, backendUrl: string) {
  if (!ctx.oidc.account || !ctx.oidc.client) return undefined
  const grant = new ctx.oidc.provider.Grant({
    accountId: ctx.oidc.account.accountId,
    clientId: ctx.oidc.client.clientId,
  })
  grant.addOIDCScope('openid profile email')
  grant.addResourceScope(backendUrl, 'api')
  await grant.save()
  return grant
}
