import { createClient } from '@baton/client'
import { createResourceServer } from '@baton/resource-server'
import { signIn } from '../../demo/phone/sign-in.ts'
import { redirectUri, registration } from './relying-party.ts'
import { type Stage, startStage } from './stage.ts'
import { startTrustedIssuer } from './trusted-issuer.ts'

export type AppStage = Awaited<ReturnType<typeof startAppStage>>

export const appOrigin = 'https://app.example.org'
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** HTTP Basic credentials (RFC 6749, section 2.3.1). */
export const basic = (id: string, secret: string) => `Basic ${btoa(`${id}:${secret}`)}`

/**
 * A stage with two apps, `app` of an issuer whose ID tokens a test makes and `demo-phone` of the demo identity provider; two resource servers, of which
 * `demo-backend` is listed by both apps and `stranger` by another app alone; and a web application.
 */
export async function startAppStage(sections: Record<string, unknown> = {}) {
  const issuer = await startTrustedIssuer()
  const stage: Stage = await startStage({
    config: (partners) =>
      partners.config({
        trustedIssuers: [issuer.trust, { issuer: partners.issuer, clients: ['demo-phone'] }],
        backends: [partners.backendOfBoth],
        clients: [
          ...['app', 'demo-phone'].map((client_id) => ({
            client_id,
            application_type: 'native',
            token_endpoint_auth_method: 'none',
            redirect_uris: ['http://127.0.0.1/callback'],
            resource_servers: ['demo-backend'],
            origins: [appOrigin],
            handoff: { mayRequest: true, targets: ['web'] },
          })),
          { client_id: 'demo-backend', client_secret: 'demo-backend-secret' },
          { client_id: 'stranger', client_secret: 'secret of stranger' },
          { client_id: 'not-listed', client_secret: 'secret of not-listed' },
          registration('other-app', { resource_servers: ['stranger'] }),
          registration('web', { initiate_login_uri: redirectUri.replace('/callback', '/start') }),
        ],
        ...sections,
      }),
  })
  const { url } = stage.baton
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) })

  /** The token exchange of `app`, with what is given otherwise. */
  const exchange = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    post('/oidc/token', { grant_type: tokenExchange, client_id: 'app', ...form }, headers)

  async function webNonce(idToken?: string): Promise<string> {
    const subject_token = idToken ?? (await issuer.idToken(url))
    const response = await exchange({ subject_token, subject_token_type: idTokenType })
    if (!response.ok) throw new Error(`no web nonce: ${response.status} ${await response.text()}`)
    return ((await response.json()) as { access_token: string }).access_token
  }

  return {
    ...stage,
    issuer,
    post,
    exchange,
    /** A web nonce of `app`, for the ID token or a new one. */
    webNonce,
    /** What a resource server is told of a token. */
    introspect: (token: string, as = basic('demo-backend', 'demo-backend-secret')) =>
      post('/oidc/introspect', { token }, { authorization: as }),
    revoke: (token: string, client_id = 'app') => post('/oidc/revoke', { token, client_id }),
    /** A call of the proxy by an app. */
    call: (webNonce: string, path = '/greeting', init: RequestInit = {}) =>
      fetch(`${url}/api/backends/demo/api/authenticated${path}`, {
        ...init,
        headers: { authorization: `Bearer ${webNonce}`, ...init.headers },
      }),
    /** The native app as the package has it, with somebody signed in. */
    async phone(user: 'demo' | 'bob' = 'demo') {
      const client = createClient({
        batonUrl: url,
        clientId: 'demo-phone',
        identityProvider: {
          issuer: stage.partners.issuer,
          clientId: 'demo-phone',
          scope: 'openid profile email api',
        },
      })
      await signIn(client, { user, password: user })
      return client
    },
    /** A resource server as the package has it. */
    resourceServer: ({ feed }: { feed: boolean }) =>
      createResourceServer({
        batonUrl: url,
        clientId: 'demo-backend',
        clientSecret: 'demo-backend-secret',
        audience: stage.partners.backendUrl,
        feed,
      }),
    async close() {
      await stage.close()
      await issuer.close()
    },
  }
}
