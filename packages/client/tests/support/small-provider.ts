import type { ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { listen } from '../../../../tests/support/partners.ts'
import { json } from './small-baton.ts'

export type SmallProvider = Awaited<ReturnType<typeof startSmallProvider>>

/**
 * Starts the metadata, keys and token endpoint of an identity provider whose answers a test can change. It
 * has no sign-in page: `callback` creates the callback with the code.
 */
export async function startSmallProvider() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const tokenCalls: URLSearchParams[] = []
  const nonces: string[] = []
  let metadata: Record<string, unknown> = {}
  let claims: JWTPayload = {}
  let tokenAnswer: ((res: ServerResponse, idToken: string) => void) | undefined

  const server = await listen(async (req, res) => {
    if (req.url === '/jwks') return json(res, 200, { keys: [await exportJWK(publicKey)] })
    if (req.url === '/.well-known/openid-configuration') return json(res, 200, { ...usual(), ...metadata })
    tokenCalls.push(new URLSearchParams(await text(req)))
    const idToken = await sign({ ...good(), ...claims })
    if (tokenAnswer) return tokenAnswer(res, idToken)
    json(res, 200, { id_token: idToken, access_token: 'at', refresh_token: 'rt', token_type: 'Bearer' })
  })
  const issuer = server.url

  const usual = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
  })
  const good = (): JWTPayload => {
    const now = Math.floor(Date.now() / 1000)
    return { iss: issuer, sub: 'demo', aud: 'demo-phone', nonce: nonces.at(-1), iat: now, exp: now + 300 }
  }
  const sign = (payload: JWTPayload) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)

  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    close: server.close,
    tokenCalls,
    /** An ID token as this provider would sign it now. */
    idToken: (changed: JWTPayload = {}) => sign({ ...good(), ...changed }),
    sayMetadata(changed: Record<string, unknown>) {
      metadata = changed
    },
    /** Changes the claims; `undefined` removes one. */
    sayClaims(changed: JWTPayload) {
      claims = changed
    },
    answerToken(answer: typeof tokenAnswer) {
      tokenAnswer = answer
    },
    asUsual() {
      metadata = {}
      claims = {}
      tokenAnswer = undefined
    },
    /** The callback for a sign-in's URL, as after the person has signed in. */
    callback(url: string, changed: Record<string, string | undefined> = {}): string {
      const { searchParams } = new URL(url)
      nonces.push(searchParams.get('nonce') ?? '')
      const callback = new URL(searchParams.get('redirect_uri') ?? '')
      for (const [name, value] of Object.entries({
        code: 'good',
        state: searchParams.get('state'),
        ...changed,
      }))
        if (value !== undefined && value !== null) callback.searchParams.set(name, value)
      return callback.href
    },
  }
}
