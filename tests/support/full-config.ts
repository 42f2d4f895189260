import { deviceCodeGrant } from '#lib/oauth/urns.ts'
import { redirectUri, registration } from './relying-party.ts'
import type { StagePartners } from './stage.ts'

export const appOrigin = 'https://app.example.org'
/** What an app's own web view writes into `Origin`. */
export const webViewOrigin = 'capacitor://localhost'

/**
 * The configuration that most tests share:
 * - the apps `app` (of the trusted issuer), `demo-phone` (of the demo identity provider) and `other-app`;
 * - the resource servers `demo-backend` (both apps list it), `stranger-backend` (only `other-app` lists it)
 * and `not-listed`;
 * - the devices `tv` and `foreign-tv` (of a third party);
 * - the web applications `web` (refresh tokens in hand-offs too), `heard` (gets logout tokens) and `stranger`
 * (of a third party).
 *
 * `sections` replace the sections here.
 */
export function fullConfig(partners: StagePartners, sections: Record<string, unknown> = {}): object {
  const { trustedIssuer, issuer, logoutUri } = partners
  return partners.config({
    trustedIssuers: [trustedIssuer.trust, { issuer, clients: ['demo-phone'] }],
    backends: [partners.backendOfBoth],
    clients: [
      ...['app', 'demo-phone'].map((client_id) => ({
        client_id,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        resource_servers: ['demo-backend'],
        origins: [appOrigin, webViewOrigin],
        handoff: { mayRequest: true, targets: ['web'] },
      })),
      registration('other-app', { resource_servers: ['stranger-backend'] }),
      { client_id: 'demo-backend', client_secret: 'demo-backend-secret' },
      ...['stranger-backend', 'not-listed'].map((client_id) => ({
        client_id,
        client_secret: `the secret of ${client_id}`,
      })),
      registration('web', {
        handoff: { mayReceive: true, offline: true },
        origins: [appOrigin, webViewOrigin],
        initiate_login_uri: redirectUri.replace('/callback', '/start'),
        post_logout_redirect_uris: [redirectUri],
      }),
      registration('heard', {
        backchannel_logout_uri: logoutUri,
        backchannel_logout_session_required: true,
      }),
      registration('stranger', { first_party: false }),
      ...[true, false].map((first_party) => ({
        client_id: first_party ? 'tv' : 'foreign-tv',
        client_name: first_party ? 'The television' : 'A television of others',
        token_endpoint_auth_method: 'none',
        grant_types: [deviceCodeGrant, 'refresh_token'],
        first_party,
      })),
    ],
    ...sections,
  })
}
