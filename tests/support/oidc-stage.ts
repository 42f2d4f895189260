import { listen } from './partners.ts'
import type { Person } from './person.ts'
import { follow, redirectUri, registration, relyingParty } from './relying-party.ts'
import { startStage } from './stage.ts'

export type App = Awaited<ReturnType<typeof relyingParty>>
export type OidcStage = Awaited<ReturnType<typeof startOidcStage>>

/** A stage with three applications: `web`, `heard`, which is told of sign-outs, and `stranger`, which is somebody else's. */
export async function startOidcStage() {
  /** Logout tokens that `heard` got. */
  const logouts: string[] = []
  const listener = await listen(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    logouts.push(new URLSearchParams(body).get('logout_token') ?? '')
    response.end()
  })
  const stage = await startStage({
    config: (partners) =>
      partners.config({
        backends: [partners.backendOfBoth],
        clients: [
          registration('web', {
            origins: ['https://app.example.org'],
            post_logout_redirect_uris: [redirectUri],
          }),
          registration('heard', {
            backchannel_logout_uri: `${listener.url}/logout`,
            backchannel_logout_session_required: true,
          }),
          registration('stranger', { first_party: false }),
        ],
      }),
  })
  const [web, heard, stranger] = await Promise.all([
    relyingParty(stage.baton.url, 'web'),
    relyingParty(stage.baton.url, 'heard'),
    relyingParty(stage.baton.url, 'stranger'),
  ])
  return {
    ...stage,
    web,
    heard,
    stranger,
    logouts,
    /** A request of `web` to an endpoint of the provider, by its credentials. */
    post: (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${stage.baton.url}/oidc${path}`, {
        method: 'POST',
        headers: { authorization: webAuthorization, ...headers },
        body: new URLSearchParams(form),
      }),
    async close() {
      await stage.close()
      await listener.close()
    },
  }
}

/** HTTP Basic credentials of `web` (RFC 6749, section 2.3.1). */
export const webAuthorization = `Basic ${btoa('web:secret+of+web')}`

/** The error that an authorization response brought. */
export const errorOf = (url: URL) => url.searchParams.get('error')

/** Signs in at an application in a browser that has a session at Baton. */
export async function signInAt(app: App, browser: Person, parameters: Record<string, string> = {}) {
  const { url, checks } = await app.begin(parameters)
  const end = await follow(browser, url)
  return app.finish(end.url, checks)
}
