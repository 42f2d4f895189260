import { createClient } from '@baton/client'
import { signIn } from '../../demo/phone/sign-in.ts'

export type PhoneTokens = { idToken: string; accessToken: string; refreshToken: string | undefined }

/** Stands for Baton, which these sign-ins never reach. */
const nowhere = 'http://localhost:9'

/**
 * Signs in at the identity provider with the demo's phone (`demo-phone`) and gives the tokens from there.
 *
 * @throws {PhoneError} when the identity provider does not take the password.
 */
export async function signInAsPhone({
  identityProviderUrl: issuer,
  user,
  password,
}: {
  identityProviderUrl: string
  user: string
  password: string
}): Promise<PhoneTokens> {
  const given: { id_token?: string; access_token?: string; refresh_token?: string } = {}
  const client = createClient({
    batonUrl: nowhere,
    clientId: 'demo-phone',
    identityProvider: { issuer, clientId: 'demo-phone', scope: 'openid profile email api' },
    async fetch(url, init) {
      if (url.startsWith(nowhere)) return webNonceOfNobody()
      const answer = await fetch(url, init)
      if (init?.method === 'POST') Object.assign(given, await answer.clone().json())
      return answer
    },
  })
  await signIn(client, { user, password })
  const { id_token: idToken = '', access_token: accessToken = '', refresh_token: refreshToken } = given
  return { idToken, accessToken, refreshToken }
}

/** An answer to the exchange of an ID token (RFC 8693, section 2.2.1), so that the sign-in ends well. */
function webNonceOfNobody(): Response {
  return Response.json({
    access_token: 'a-web-nonce-of-nobody',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 60,
  })
}
