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
  /** Seconds, or what says them for each token. */
  accessTokenTtl: number | (() => number)
}

/** Configures oidc-provider for the demo: everything that it would otherwise warn about is decided here. */
export function configuration(settings: Settings, signingKey: SigningKey): Configuration {
  const { batonUrl, backendUrl, accessTokenTtl } = settings

  // Nobody is asked for consent in the demo.
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
      // How someone signed in is in every ID token, asked for or not.
      openid: ['sub', 'amr'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    // The claims of the scopes are in the ID token, as most identity providers have it.
    conformIdTokenClaims: false,
    findAccount,
    extraTokenClaims: (_ctx, token) => ({
      name: 'accountId' in token ? findPerson(token.accountId)?.name : undefined,
    }),
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    // Signing out of the browser leaves the tokens of an app alone.
    expiresWithSession: () => false,
    loadExistingGrant: (ctx) => grantAll(ctx, backendUrl),
    interactions: { policy, url: (_ctx, { uid }) => `/sign-in/${uid}` },
    clientBasedCORS: () => false,
    // The library would not call a loopback address, and that is where Baton is.
    fetch: (url, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown } = {}) =>
      fetch(url, options),
    renderError: showError,
    features: {
      devInteractions: { enabled: false },
      // Access tokens are for the backend alone, so userinfo takes none of them; but Auth.js starts no
      // sign-in at an identity provider without that endpoint, although it reads the ID token and never calls
      // it.
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
        // Also where `openid` was asked for, which otherwise gives a token for userinfo.
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

// Each sign-in has a grant of its own: a reused refresh token kills what that sign-in gave, and nothing else.
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
