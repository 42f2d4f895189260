import express from 'express'
import { type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import Provider, { type Configuration, type InteractionResults, interactionPolicy } from 'oidc-provider'
import { createMemoryAdapter } from '../../../demo/identity-provider/memory-adapter.ts'
import { createSigningKey } from '../../../demo/identity-provider/signing-key.ts'
import { freePort } from '../free-port.ts'
import { listen } from '../partners.ts'

/**
 * Starts an OpenID Provider at `/oidc` that looks like Baton's to a relying party. It signs everybody in as
 * Demo User. The hand-off nonce `good` signs in; any other nonce comes back as the error code.
 */
export async function startSmallProvider({ webUrl, port }: { webUrl: string; port?: number }) {
  const signingKey = await createSigningKey()
  const url = `http://127.0.0.1:${port ?? (await freePort())}`
  const issuer = `${url}/oidc`
  const provider = new Provider(issuer, configuration(webUrl, signingKey.privateJwk))
  const idTokens: string[] = []
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.oidc?.route === 'token') idTokens.push(String((ctx.body as { id_token?: string }).id_token))
  })

  const app = express()
  app.get('/sign-in/:uid', async (request, response) => {
    const { params } = await provider.interactionDetails(request, response)
    const { login_hint_token: nonce, acr_values: acr } = params as Record<string, string | undefined>
    const login = { accountId: 'demo', amr: ['pwd'], acr }
    const result: InteractionResults =
      nonce && nonce !== 'good' ? { error: nonce, error_description: 'No.' } : { login }
    response.redirect(303, await provider.interactionResult(request, response, result))
  })
  app.use('/oidc', provider.callback())
  const { close } = await listen(app, Number(new URL(url).port))

  return {
    url,
    issuer,
    close,
    /** Every ID token that it issued. */
    idTokens,
    /** A token with this provider's signature; a claim of `undefined` is left out. */
    sign(claims: JWTPayload, header: Partial<JWTHeaderParameters> = {}) {
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: signingKey.kid, ...header })
        .sign(signingKey.privateKey)
    },
  }
}

function configuration(webUrl: string, jwk: JWK): Configuration {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  return {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: 'demo-web',
        client_secret: 'demo-web-application-secret',
        redirect_uris: [`${webUrl}/callback`],
        post_logout_redirect_uris: [`${webUrl}/`],
        backchannel_logout_uri: `${webUrl}/backchannel-logout`,
        backchannel_logout_session_required: true,
        require_auth_time: true,
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['of a test'] },
    responseTypes: ['code'],
    acrValues: ['urn:baton:authentication:nonce'],
    claims: { openid: ['sub', 'amr'], profile: ['name'] },
    extraParams: ['login_hint_token'],
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Demo User' }),
    }),
    loadExistingGrant: async (ctx) => {
      if (!ctx.oidc.account) return undefined
      const { accountId } = ctx.oidc.account
      const grant = new ctx.oidc.provider.Grant({ accountId, clientId: 'demo-web' })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
    interactions: { policy, url: (_ctx, { uid }) => `/sign-in/${uid}` },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    clientBasedCORS: () => false,
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
  }
}
