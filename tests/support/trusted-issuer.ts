import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { listen } from './partners.ts'

/**
 * Starts an issuer with keys and metadata and without a sign-in. The test chooses the claims of its ID
 * tokens.
 */
export async function startTrustedIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' }
  const { url, close } = await listen((req, res) => {
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': {
        issuer: url,
        jwks_uri: `${url}/jwks`,
        authorization_endpoint: `${url}/authorize`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      },
      '/jwks': { keys: [jwk] },
    }
    const document = documents[req.url ?? '']
    res.writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
    res.end(JSON.stringify(document ?? {}))
  })
  return {
    url,
    close,
    /** The section of the configuration that trusts it. */
    trust: { issuer: url, clients: ['app', 'sister-app'] },
    /** An ID token that Baton at `batonUrl` takes, but for what is given otherwise. */
    idToken(batonUrl: string, claims: JWTPayload = {}, header: Partial<JWTHeaderParameters> = {}) {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({
        iss: url,
        sub: 'somebody',
        aud: ['app', `${batonUrl}/api/nonce`],
        azp: 'app',
        iat: now,
        exp: now + 300,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'key-1', ...header })
        .sign(privateKey)
    },
  }
}
