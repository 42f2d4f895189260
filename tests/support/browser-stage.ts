import { createWebApplication } from '../../demo/web-application/create-web-application.ts'
import { freePort } from './free-port.ts'
import { listen } from './partners.ts'
import { registration } from './relying-party.ts'
import { startStage } from './stage.ts'
import { startTrustedIssuer } from './trusted-issuer.ts'

export type BrowserStage = Awaited<ReturnType<typeof startBrowserStage>>

/**
 * A stage with all that browsers are sent to: the demo's web application as `demo-web`, the clients `silent`,
 * which asks nobody, and `stranger`, which is not first-party, both at `landing`; and an issuer whose ID
 * tokens a test makes. `settings` are further sections of the configuration.
 */
export async function startBrowserStage(handoff: object, settings: object = {}) {
  const issuer = await startTrustedIssuer()
  const landing = await listen((_, response) => response.end('arrived'))
  const port = await freePort()
  const webUrl = `http://127.0.0.1:${port}`
  const stage = await startStage({
    env: { BATON_DEMO: 'true' },
    config: (partners) =>
      partners.config({
        ...settings,
        handoff,
        trustedIssuers: [issuer.trust, { issuer: partners.issuer, clients: ['demo-phone'] }],
        clients: [
          registration('demo-web', {
            client_secret: 'demo-web-application-secret',
            redirect_uris: [`${webUrl}/callback`],
            post_logout_redirect_uris: [`${webUrl}/`],
            initiate_login_uri: `${webUrl}/`,
          }),
          registration('silent', {
            redirect_uris: [`${landing.url}/callback`],
            initiate_login_uri: `${landing.url}/start`,
            handoff: { mayReceive: true, confirm: 'never' },
          }),
          registration('stranger', { first_party: false, redirect_uris: [`${landing.url}/callback`] }),
          {
            client_id: 'demo-phone',
            token_endpoint_auth_method: 'none',
            redirect_uris: [],
            handoff: { mayRequest: true, targets: ['demo-web'] },
          },
        ],
      }),
  })
  const web = await listen(createWebApplication({ batonUrl: stage.baton.url, webUrl }), port)
  return {
    ...stage,
    issuer,
    landing,
    web,
    async close() {
      await stage.close()
      for (const server of [web, landing, issuer]) await server.close()
    },
  }
}
