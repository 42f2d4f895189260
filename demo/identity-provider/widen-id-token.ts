import { decodeJwt, SignJWT } from 'jose'
import type { SigningKey } from './signing-key.ts'

/**
 * Signs an ID token again so that Baton's nonce endpoint accepts it too: `aud` is the client and the
 * endpoint, `azp` the client.
 *
 * The library issues ID tokens for one audience only. All other claims stay (OpenID Connect Core, section 2).
 */
export async function widenIdToken(
  idToken: string,
  { clientId, endpoint, signingKey }: { clientId: string; endpoint: string; signingKey: SigningKey },
): Promise<string> {
  return new SignJWT({ ...decodeJwt(idToken), aud: [clientId, endpoint], azp: clientId })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: signingKey.kid })
    .sign(signingKey.privateKey)
}
