import { createServer } from 'node:http'
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'

const audience = 'https://orders.example.org'
const baton = `${process.env.BATON_URL}/oidc`
const credentials = btoa(`orders-api:${process.env.BATON_CLIENT_SECRET}`)
const keys = new Map([
  [baton, createRemoteJWKSet(new URL(`${baton}/jwks`))],
  [process.env.PROVIDER_ISSUER, createRemoteJWKSet(new URL(process.env.PROVIDER_JWKS_URI ?? ''))],
])
const keyTrouble = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']

/** The claims of a JWT, or nothing where it is not good here; throws where that cannot be told. */
async function verify(jwt: string): Promise<JWTPayload | undefined> {
  try {
    const issuer = decodeJwt(jwt).iss ?? ''
    const keysOfIssuer = keys.get(issuer)
    if (!keysOfIssuer) return undefined
    const { payload } = await jwtVerify(jwt, keysOfIssuer, {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'sub', 'iat', 'jti', 'client_id'],
      clockTolerance: 10,
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JOSEError && !keyTrouble.includes(error.code)) return undefined
    throw error
  }
}

/** The same of a web nonce. */
async function introspect(webNonce: string): Promise<JWTPayload | undefined> {
  const response = await fetch(`${baton}/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ token: webNonce }),
    redirect: 'error',
    signal: AbortSignal.timeout(5000),
  })
  if (response.status !== 200) throw new Error(`introspection answered ${response.status}`)
  const claims = await response.json()
  return claims.active === true ? claims : undefined
}

const server = createServer(async (request, response) => {
  const say = (status: number, headers: Record<string, string>, body: object) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
      .end(JSON.stringify(body))

  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '') ?? []
  if (!token) return say(401, { 'www-authenticate': 'Bearer' }, { error: 'invalid_token' })
  try {
    const claims = await (token.includes('.') ? verify(token) : introspect(token))
    if (!claims) {
      const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' }
      return say(401, challenge, { error: 'invalid_token' })
    }
    say(200, {}, { issuer: claims.iss, sub: claims.sub, sid: claims.sid })
  } catch {
    say(503, { 'retry-after': '5' }, { error: 'temporarily_unavailable' })
  }
})
server.listen(Number(process.env.PORT), '127.0.0.1')
