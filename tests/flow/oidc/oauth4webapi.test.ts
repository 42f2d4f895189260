import * as oauth from 'oauth4webapi'
import { expect } from 'vitest'
import { follow, pressContinue, redirectUri } from '../../support/relying-party.ts'
import { test as base, perFile } from '../../support/test.ts'

const loopback = { [oauth.allowInsecureRequests]: true }
const client: oauth.Client = { client_id: 'web' }
const authentication = oauth.ClientSecretBasic('the secret of web')

const test = base
  .extend('server', perFile, async ({ baton }) => {
    const issuer = new URL(`${baton.url}/oidc`)
    const discovered = []
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      const answer = await oauth.discoveryRequest(issuer, { algorithm, ...loopback })
      discovered.push(await oauth.processDiscoveryResponse(issuer, answer))
    }
    return discovered[1] as oauth.AuthorizationServer
  })
  .extend('request', ({ server }) => async (more: Record<string, string>) => {
    const verifier = oauth.generateRandomCodeVerifier()
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
    const url = new URL(server.authorization_endpoint ?? '')
    url.search = new URLSearchParams({
      client_id: 'web',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid profile',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...more,
    }).toString()
    return { url, verifier, state, nonce }
  })

test('a strict OpenID client signs in by nonce and ordinarily, refreshes and revokes', async ({
  signedIn,
  newcomer,
  request,
  server,
}) => {
  const source = await signedIn()
  const { nonce: handoff } = await source.askForNonce({ target: 'web' })
  const browser = newcomer()
  const byNonce = { login_hint_token: handoff, acr_values: 'urn:baton:authentication:nonce', prompt: 'login' }
  for (const more of [byNonce, {}] as Record<string, string>[]) {
    const { url, verifier, state, nonce } = await request(more)
    const first = await follow(browser, url)
    const end = first.page ? await pressContinue(browser, first.url, first.page.html) : first
    const parameters = oauth.validateAuthResponse(server, client, end.url, state)
    const tokens = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        parameters,
        redirectUri,
        verifier,
        loopback,
      ),
      { expectedNonce: nonce, requireIdToken: true },
    )
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    expect(claims?.sub).toBe((await source.session())?.user.id)

    const info = await oauth.processUserInfoResponse(
      server,
      client,
      claims?.sub ?? '',
      await oauth.userInfoRequest(server, client, tokens.access_token, loopback),
    )
    expect(info.name).toBe('Demo User')
    const refresh = (token = '') =>
      oauth
        .refreshTokenGrantRequest(server, client, authentication, token, loopback)
        .then((response) => oauth.processRefreshTokenResponse(server, client, response))
    const renewed = await refresh(tokens.refresh_token)
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, client, authentication, renewed.refresh_token ?? '', loopback),
    )
    await expect(refresh(renewed.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
  }
})

test('after a dead nonce the ordinary sign-in works', async ({ newcomer, request, server }) => {
  const browser = newcomer()
  const { url, state } = await request({
    login_hint_token: 'a'.repeat(43),
    acr_values: 'urn:baton:authentication:nonce',
    prompt: 'login',
  })
  const refused = await follow(browser, url)
  expect(() => oauth.validateAuthResponse(server, client, refused.url, state)).toThrow(
    expect.objectContaining({ error: 'unmet_authentication_requirements' }),
  )
  await browser.signIn()
  const again = await request({})
  const end = await follow(browser, again.url)
  expect(oauth.validateAuthResponse(server, client, end.url, again.state).get('code')).toBeTruthy()
})
