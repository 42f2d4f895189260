import * as client from 'openid-client'
import type { Person } from './person.ts'

export const redirectUri = 'http://127.0.0.1:4999/callback'

/** The registration of such a relying party in Baton's configuration. */
export function registration(id: string, more: Record<string, unknown> = {}) {
  return {
    client_id: id,
    client_name: `Application ${id}`,
    client_secret: `the secret of ${id}`,
    redirect_uris: [redirectUri],
    initiate_login_uri: redirectUri.replace('/callback', '/start'),
    handoff: { mayReceive: true },
    ...more,
  }
}

/** An application made with `openid-client`. No server listens at its redirect URI: `follow` stops there. */
export async function relyingParty(batonUrl: string, id: string, by: 'basic' | 'post' = 'basic') {
  const authenticate = by === 'post' ? client.ClientSecretPost : client.ClientSecretBasic
  const config = await client.discovery(
    new URL(`${batonUrl}/oidc`),
    id,
    undefined,
    authenticate(`the secret of ${id}`),
    {
      execute: [client.allowInsecureRequests],
    },
  )

  /** An authorization request, with what is needed to check its answer. */
  async function begin(parameters: Record<string, string> = {}) {
    const [pkceCodeVerifier, expectedState, expectedNonce] = [
      client.randomPKCECodeVerifier(),
      client.randomState(),
      client.randomNonce(),
    ]
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      state: expectedState,
      nonce: expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...parameters,
    })
    return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce } }
  }

  return {
    config,
    begin,
    /** Begins by a hand-off nonce, as the guide says. */
    beginWithNonce: (nonce: string, more: Record<string, string> = {}) =>
      begin({
        login_hint_token: nonce,
        acr_values: 'urn:baton:authentication:nonce',
        prompt: 'login',
        ...more,
      }),
    /** Exchanges what came back; throws the library's error for an error response. */
    finish: (arrived: URL, checks: client.AuthorizationCodeGrantChecks) =>
      client.authorizationCodeGrant(config, arrived, checks),
    refresh: (token: string, parameters: Record<string, string> = {}) =>
      client.refreshTokenGrant(config, token, parameters),
    userinfo: (token: string, sub: string) => client.fetchUserInfo(config, token, sub),
  }
}

/** Follows redirects until a page, or until they lead to the redirect URI. */
export async function follow(
  { request }: Person,
  start: string | URL,
  init?: RequestInit,
): Promise<{ url: URL; page?: { status: number; html: string } }> {
  let url = new URL(start)
  let response = await request(url.href, init)
  for (let hops = 0; hops < 20; hops++) {
    const location = response.headers.get('location')
    if (!location) return { url, page: { status: response.status, html: await response.text() } }
    await response.body?.cancel()
    url = new URL(location, url)
    if (url.href.startsWith(redirectUri)) return { url }
    response = await request(url.href)
  }
  throw new Error('too many redirects')
}

/** Presses Continue on a page of Baton's: sends its first form. */
export async function pressContinue(
  person: Person,
  url: URL,
  html: string,
  field: Record<string, string> = {},
) {
  const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1]
  if (!action) throw new Error(`no form at ${url.href}`)
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
  const body = new URLSearchParams([
    ...hidden.map(([, name = '', value = '']): [string, string] => [name, value]),
    ...Object.entries(field),
  ])
  return follow(person, new URL(action, url), {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
    body,
  })
}
