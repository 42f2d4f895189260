import { type CryptoKey, type JWTVerifyOptions, jwtVerify } from 'jose'
import { type Asked, endpointUrl, type Fake, issuerOf } from './fake.ts'

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Apple: the secret may live for six months. */
const longestSecret = 15_777_000

/** Whether a request authenticates the client in the way that it is registered for, and in no other. */
export async function isClient(asked: Asked, fake: Fake): Promise<boolean> {
  const { clientId, clientSecret, clientAuthentication } = fake.habits
  const { authorization = '' } = asked.headers
  const { client_id, client_secret, client_assertion } = asked.form
  const ways = [authorization, client_secret, client_assertion].filter(Boolean).length
  if (ways !== (clientAuthentication === 'none' ? 0 : 1)) return false
  switch (clientAuthentication) {
    case 'client_secret_basic':
      return authorization === `Basic ${btoa([clientId, clientSecret].map(formEncoded).join(':'))}`
    case 'client_secret_post':
      return client_id === clientId && isSecret(client_secret ?? '', fake)
    case 'private_key_jwt':
      return isAssertion(asked, fake)
    case 'none':
      return client_id === clientId
  }
}

// RFC 6749, section 2.3.1.
function formEncoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length)
}

async function isSecret(secret: string, fake: Fake): Promise<boolean> {
  const { clientId, clientSecret, clientKey } = fake.habits
  if (!clientKey) return secret === clientSecret
  const claims = await verified(secret, clientKey, {
    algorithms: ['ES256'],
    audience: 'https://appleid.apple.com',
    subject: clientId,
    requiredClaims: ['exp', 'iat'],
    ...(clientKey.teamId && { issuer: clientKey.teamId }),
  })
  return claims !== undefined && Number(claims.exp) - Number(claims.iat) <= longestSecret
}

// OpenID Connect Core 1.0, section 9.
async function isAssertion({ form }: Asked, fake: Fake): Promise<boolean> {
  const { clientId, clientKey } = fake.habits
  if (form.client_assertion_type !== jwtBearer || !clientKey) return false
  const claims = await verified(form.client_assertion ?? '', clientKey, {
    issuer: clientId,
    subject: clientId,
    audience: [endpointUrl(fake, 'token'), issuerOf(fake)],
    requiredClaims: ['exp', 'jti'],
  })
  const jti = String(claims?.jti)
  if (!claims || fake.assertions.has(jti)) return false
  fake.assertions.add(jti)
  return true
}

async function verified(jwt: string, { key, kid }: { key: CryptoKey; kid: string }, rules: JWTVerifyOptions) {
  const { payload, protectedHeader } = await jwtVerify(jwt, key, rules).catch(() => ({
    payload: undefined,
    protectedHeader: undefined,
  }))
  // A key without an id of its own is the only one of its client.
  return (protectedHeader?.kid ?? kid) === kid ? payload : undefined
}
