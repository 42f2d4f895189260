import express from 'express'
import Provider, { interactionPolicy } from 'oidc-provider'
import { createMemoryAdapter } from '../../../demo/identity-provider/memory-adapter.ts'
import { createSigningKey } from '../../../demo/identity-provider/signing-key.ts'
import { freePort } from '../free-port.ts'
import { listen } from '../partners.ts'

/**
 * Starts an OpenID Provider with tokens as large as those of big companies: 6 kB access tokens and 400 groups
 * in its ID tokens. It signs everybody in as Demo User, without a page.
 */
export async function startLargeProvider({ batonUrl, audience }: { batonUrl: string; audience: string }) {
  const signingKey = await createSigningKey()
  const issuer = `http://127.0.0.1:${await freePort()}`
  const groups = Array.from({ length: 400 }, (_, index) => `CN=group-${index},OU=somewhere`)
  const policy = interactionPolicy.base()
  policy.remove('consent')
  const accessTokens: string[] = []
  const provider = new Provider(issuer, {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: 'baton',
        client_secret: 'large-secret',
        redirect_uris: [`${batonUrl}/api/auth/callback/large`],
        post_logout_redirect_uris: [`${batonUrl}/sign-out`],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: [signingKey.privateJwk] },
    cookies: { keys: ['of a test'] },
    responseTypes: ['code'],
    claims: { openid: ['sub', 'groups'], profile: ['name'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Demo User', groups }),
    }),
    extraTokenClaims: () => ({ entitlements: groups.slice(0, 160), name: 'Demo User' }),
    issueRefreshToken: () => true,
    expiresWithSession: () => false,
    loadExistingGrant: async (ctx) => {
      if (!ctx.oidc.account) return undefined
      const grant = new ctx.oidc.provider.Grant({ accountId: ctx.oidc.account.accountId, clientId: 'baton' })
      grant.addOIDCScope('openid profile')
      grant.addResourceScope(audience, 'api')
      await grant.save()
      return grant
    },
    interactions: { policy, url: (_ctx, { uid }) => `/sign-in/${uid}` },
    clientBasedCORS: () => false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          audience,
          scope: 'api',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 60,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 600,
      Session: 600,
    },
  })
  provider.use(async (ctx, next) => {
    await next()
    const { access_token } = (ctx.body ?? {}) as { access_token?: string }
    if (ctx.oidc?.route === 'token' && access_token) accessTokens.push(access_token)
  })
  const app = express()
  app.get('/sign-in/:uid', async (request, response) => {
    await provider.interactionDetails(request, response)
    const result = { login: { accountId: 'demo' } }
    response.redirect(303, await provider.interactionResult(request, response, result))
  })
  app.use(provider.callback())
  const { close } = await listen(app, Number(new URL(issuer).port))
  return { issuer, accessTokens, close }
}
