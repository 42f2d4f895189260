import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { deviceCodeGrant } from '#lib/oauth/urns.ts'
import { registration } from '../../support/relying-party.ts'
import { bearer, type Play } from './play.ts'

const { publicKey, privateKey } = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'k' }
const grant_types = ['authorization_code', 'refresh_token', deviceCodeGrant]

/** Clients that authenticate by their forms. */
export const formClients = [
  registration('posting', { grant_types, token_endpoint_auth_method: 'client_secret_post' }),
  registration('signing', {
    grant_types,
    client_secret: undefined,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwk] },
  }),
]

/** Each of them gets a token as a device does, asks about it and revokes it. */
export const clientMethods: Play = async ({ post, stage: { baton, partners }, webNonce }) => {
  const bySecret = async () => ({ client_id: 'posting', client_secret: 'the secret of posting' })
  const byKey = async () => ({
    client_id: 'signing',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('signing')
      .setSubject('signing')
      .setAudience(`${baton.url}/oidc`)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey),
  })
  const resource = partners.backendUrl
  for (const proof of [bySecret, byKey]) {
    await post('/oidc/device_authorization', { ...(await proof()), scope: 'openid', resource })
    const asked = await post('/oidc/device_authorization', { ...(await proof()), scope: 'openid' })
    const { device_code = '', user_code = '' } = (await asked.json()) as Record<string, string>
    await post('/api/device', { user_code, approve: 'yes' }, bearer(await webNonce()))
    const grant = { grant_type: deviceCodeGrant, device_code }
    const got = await post('/oidc/token', { ...grant, ...(await proof()) })
    const { access_token: token = '' } = (await got.json()) as { access_token?: string }
    const question = { token, token_type_hint: 'access_token' }
    await post('/oidc/introspect', { ...question, ...(await proof()) })
    await post('/oidc/revoke', { ...question, ...(await proof()) })
  }
}
