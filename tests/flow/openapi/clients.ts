import { deviceCodeGrant } from '#lib/oauth/urns.ts'
import { newDeviceKey } from '../../support/device-key.ts'
import { follow, redirectUri, relyingParty } from '../../support/relying-party.ts'
import { accessTokenType, basic, idTokenType, tokenExchange } from '../../support/test-apps.ts'
import { signInAt, webAuthorization } from '../../support/test-oidc.ts'
import { clientMethods } from './client-methods.ts'
import { bearer, fieldOf, type Play } from './play.ts'

const resourceServer = { authorization: basic('demo-backend', 'demo-backend-secret') }
const web = { authorization: webAuthorization }

export const clients: Play = async (given) => {
  const { ask, post } = given
  for (const path of [
    '/oidc/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/oidc',
  ])
    await ask(path)
  await ask('/oidc/jwks')
  await webNonces(given)
  await boundWebNonces(given)
  await webApplication(given)
  await clientMethods(given)
  await television(given)
  for (const endpoint of ['token', 'introspect', 'revoke', 'device_authorization']) {
    await post(`/oidc/${endpoint}`, {})
    await post(`/oidc/${endpoint}`, { token: 'x' }, { authorization: basic('web', 'wrong') })
    await post(`/oidc/${endpoint}`, {}, web)
    await ask(`/oidc/${endpoint}`, { method: 'POST', headers: web, body: 'token=x&token=y' })
  }
}

const webNonces: Play = async ({ post, stage, webNonce, refusedIdToken }) => {
  const exchange = { grant_type: tokenExchange, client_id: 'app' }
  const subject_token = await stage.partners.trustedIssuer.idToken(stage.baton.url)
  const token = await fieldOf(
    await post('/oidc/token', { ...exchange, subject_token, subject_token_type: idTokenType }),
    'access_token',
  )
  const requested_token_type = accessTokenType
  const own = { ...exchange, subject_token: token, subject_token_type: accessTokenType, requested_token_type }
  const jwt = await fieldOf(
    await post('/oidc/token', { ...own, resource: stage.partners.backendUrl }),
    'access_token',
  )
  await post('/oidc/token', { ...own, resource: 'https://nobody.example.org' })
  await post('/oidc/token', { ...exchange, subject_token: 'x', subject_token_type: idTokenType })
  await post('/oidc/introspect', { token }, resourceServer)
  await post('/oidc/introspect', { token: jwt }, resourceServer)
  await post('/oidc/introspect', { token: 'x' }, resourceServer)
  await post('/oidc/revoke', { token: jwt, client_id: 'app' })
  await post('/oidc/revoke', { token, client_id: 'app' })
  await post('/oidc/introspect', { token: await webNonce() }, web)
  const refused = { subject_token: await refusedIdToken(), subject_token_type: idTokenType }
  await post('/oidc/token', { ...exchange, ...refused, client_id: 'demo-phone' })
}

/** A web nonce that is bound to a key, with good proofs and bad ones. */
const boundWebNonces: Play = async ({ ask, post, stage: { baton, partners } }) => {
  const key = await newDeviceKey()
  const form = {
    grant_type: tokenExchange,
    client_id: 'app',
    subject_token: await partners.trustedIssuer.idToken(baton.url, { sub: 'with a key' }),
    subject_token_type: idTokenType,
  }
  const url = `${baton.url}/oidc/token`
  await post('/oidc/token', form, { dpop: 'x' })
  await post('/oidc/token', form, { dpop: await key.proof({ url, nonce: 'x' }) })
  const token = await fieldOf(
    await post('/oidc/token', form, { dpop: await key.proof({ url }) }),
    'access_token',
  )
  await post('/oidc/introspect', { token }, resourceServer)
  const at = async (path: string, nonce?: string, method = 'POST') => ({
    authorization: `DPoP ${token}`,
    dpop: await key.proof({ url: baton.url + path, token, nonce, method }),
  })
  const first = await at('/api/nonce')
  await post('/api/nonce', {}, first)
  await post('/api/nonce', {}, first)
  await post('/api/nonce', {}, bearer(token))
  const path = '/api/backends/demo/api/authenticated/echo'
  const refused = await post(path, {}, await at(path))
  await post(path, {}, await at(path, refused.headers.get('dpop-nonce') ?? ''))
  await ask('/api/sessions', { headers: await at('/api/sessions', undefined, 'HEAD') })
  await post('/oidc/revoke', { token, client_id: 'app' })
  const proof = await key.proof({ url: `${baton.url}/oidc/revoke` })
  await post('/oidc/revoke', { token, client_id: 'app' }, { dpop: proof })
}

/** A web application signs somebody in, and uses its tokens. */
const webApplication: Play = async ({ ask, post, browser, stage }) => {
  const person = browser()
  await person.signIn()
  const app = await relyingParty(stage.baton.url, 'web')
  const { refresh_token = '' } = await signInAt(app, person)
  const { url, checks } = await app.begin({})
  const code = (await follow(person, url)).url.searchParams.get('code') ?? ''
  const byCode = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
  await post('/oidc/token', { ...byCode, code_verifier: checks.pkceCodeVerifier }, web)
  const grant = { grant_type: 'refresh_token', refresh_token, scope: 'openid' }
  const refreshed = await post('/oidc/token', grant, web)
  const { access_token: token = '', refresh_token: next = '' } = (await refreshed.json()) as {
    access_token?: string
    refresh_token?: string
  }
  await post('/oidc/introspect', { token }, web)
  await post('/oidc/introspect', { token: next }, web)
  await ask('/oidc/userinfo', { headers: bearer(token) })
  await post('/oidc/userinfo', {}, bearer(token))
  await post('/oidc/userinfo', { access_token: token }, bearer(token))
  await ask(`/oidc/userinfo?access_token=${token}`, { headers: bearer(token) })
  await ask('/oidc/userinfo')
  await ask('/oidc/userinfo', { headers: bearer('x') })
  await post('/oidc/revoke', { token }, web)
  await post('/oidc/revoke', { token: 'x' }, web)
  await post('/oidc/token', grant, web)
  await post('/oidc/token', { ...grant, refresh_token: 'x' }, web)
  await post('/oidc/token', { grant_type: 'password' }, web)
  await post('/oidc/token', { grant_type: deviceCodeGrant, device_code: 'x' }, web)
}

/** A device asks, polls too soon, and is approved. */
const television: Play = async ({ ask, post, webNonce }) => {
  for (const scope of ['openid profile', '']) {
    const asked = await post('/oidc/device_authorization', { client_id: 'tv', scope })
    const { device_code = '', user_code = '' } = (await asked.json()) as Record<string, string>
    const poll = { grant_type: deviceCodeGrant, client_id: 'tv', device_code }
    await post('/oidc/token', poll)
    await post('/api/device', { user_code, approve: 'yes' }, bearer(await webNonce()))
    const token = bearer(await fieldOf(await post('/oidc/token', poll), 'access_token'))
    await ask('/oidc/userinfo', { headers: token })
    await post('/oidc/userinfo', {}, token)
    await post('/oidc/token', poll)
  }
  await post('/oidc/device_authorization', { client_id: 'tv', scope: 'x'.repeat(5000) })
  await post('/oidc/device_authorization', { client_id: 'tv', scope: 'unknown' })
  await post('/oidc/device_authorization', {}, web)
}
