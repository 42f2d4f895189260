import type { JsonWebKey } from 'node:crypto'
import type { Check } from '../check.ts'
import type { Kit } from '../kit.ts'
import { clientOf } from '../people/accounts.ts'
import { claimsOf, headerOf, hmacWithPublicKey, unsigned, withClaims, withOwnKey } from '../tokens/forge.ts'
import { must, Skipped } from '../verdict.ts'

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'

const atNonce = (kit: Kit, token: string) => kit.call('/api/nonce', { method: 'POST', form: { token } })

/** An ID token that the server takes, so that a forged one is refused for being forged. */
async function goodIdToken(kit: Kit): Promise<string> {
  const { idToken } = await kit.accounts.app()
  const { status } = await atNonce(kit, idToken)
  if (status !== 200)
    throw new Skipped(`POST /api/nonce answers the ID token ${status}: give one that it takes, by --id-token`)
  return idToken
}

/** Tries a token at both doors that take ID tokens. */
async function mustRefuse(kit: Kit, token: string, what: string, client: string): Promise<void> {
  const nonce = await atNonce(kit, token)
  must(nonce.status !== 200, `POST /api/nonce takes ${what}`)
  must(nonce.status === 400, `POST /api/nonce answers ${what} ${nonce.status}, not 400`)
  const form = {
    grant_type: exchange,
    client_id: client,
    subject_token: token,
    subject_token_type: idTokenType,
  }
  const exchanged = await kit.call('/oidc/token', { method: 'POST', form })
  must(exchanged.status >= 400, `the token exchange takes ${what}`)
}

async function publicKeyOf(kit: Kit, token: string): Promise<JsonWebKey> {
  const issuer = String(claimsOf(token).iss).replace(/\/$/, '')
  const metadata = (await kit.call(`${issuer}/.well-known/openid-configuration`)).json()
  const { keys } = (await kit.call(String(metadata.jwks_uri))).json() as { keys?: JsonWebKey[] }
  const { kid } = headerOf(token)
  const key = keys?.find((one) => kid === undefined || one.kid === kid)
  if (!key) throw new Skipped(`${issuer} publishes no key ${kid}`)
  return key
}

export const idTokens: Check[] = [
  {
    name: 'id-token-unsigned',
    says: 'an ID token without a signature is refused (alg: none)',
    standard: 'RFC 8725, 3.1; OpenID Connect Core, 3.1.3.7',
    async run(kit) {
      const token = await goodIdToken(kit)
      for (const alg of ['none', 'None', 'NONE', 'nOnE', ''])
        await mustRefuse(kit, unsigned(token, alg), `an ID token with alg ${alg || 'empty'}`, clientOf(token))
    },
  },
  {
    name: 'id-token-hmac',
    says: "an HMAC with the issuer's public key as its secret is refused",
    standard: 'RFC 8725, 2.1 and 3.1 (algorithm confusion)',
    async run(kit) {
      const token = await goodIdToken(kit)
      for (const forged of hmacWithPublicKey(token, await publicKeyOf(kit, token)))
        await mustRefuse(kit, forged, 'an HMAC with the public key', clientOf(token))
    },
  },
  {
    name: 'id-token-own-key',
    says: 'a key that the ID token brings along is not looked at',
    standard: 'RFC 8725, 3.10; RFC 7515, 4.1.3',
    async run(kit) {
      const token = await goodIdToken(kit)
      const jku = new URL('/.well-known/jwks.json', 'https://evil.example').href
      for (const more of [{}, { kid: undefined }, { jku }, { x5u: jku }])
        await mustRefuse(kit, withOwnKey(token, more), 'a key in the header', clientOf(token))
    },
  },
  {
    name: 'id-token-tampered',
    says: 'an ID token whose claims were changed is refused',
    standard: 'OpenID Connect Core, 3.1.3.7; RFC 7515, 5.2',
    async run(kit) {
      const token = await goodIdToken(kit)
      const changes = [{ sub: 'somebody-else' }, { exp: 4_102_444_800 }, { email: 'admin@example.org' }]
      for (const change of changes)
        await mustRefuse(
          kit,
          withClaims(token, change),
          `changed claims ${Object.keys(change)}`,
          clientOf(token),
        )
      await mustRefuse(kit, token.replace(/[^.]*$/, ''), 'an ID token without its signature', clientOf(token))
    },
  },
  {
    name: 'id-token-expired',
    says: 'an ID token that has expired is refused',
    standard: 'OpenID Connect Core, 3.1.3.7 (rule 9)',
    async run(kit) {
      const { expiredIdToken } = kit.options
      if (!expiredIdToken)
        throw new Skipped('give an ID token that was good once, by --expired-id-token FILE')
      if (!(Number(claimsOf(expiredIdToken).exp) < Date.now() / 1000 - 60))
        throw new Skipped('the ID token of --expired-id-token has not expired')
      await mustRefuse(kit, expiredIdToken, 'an expired ID token', clientOf(expiredIdToken))
    },
  },
  {
    name: 'id-token-audience',
    says: 'an ID token for another audience, such as a website of the same provider, is refused',
    standard: 'OpenID Connect Core, 3.1.3.7 (rule 3); RFC 9700, 4.10.2',
    async run(kit) {
      const client = clientOf(await goodIdToken(kit))
      const token = kit.options.foreignIdToken ?? (await hintOfSignOut(kit))
      await mustRefuse(kit, token, 'an ID token for another audience', client)
    },
  },
  {
    name: 'access-token-as-id-token',
    says: 'an access token of the provider passes for no ID token',
    standard: 'RFC 8725, 2.8 and 3.12; RFC 9068, 2.1',
    async run(kit) {
      const { accessToken } = await kit.accounts.app()
      if (!accessToken) throw new Skipped('give an access token of the same issuer, by --access-token FILE')
      await mustRefuse(kit, accessToken, 'an access token', clientOf(await goodIdToken(kit)))
    },
  },
]

/** An ID token of the same person for Baton itself, which the provider's sign-out is given as a hint. */
async function hintOfSignOut(kit: Kit): Promise<string> {
  const advice = 'give an ID token of the same issuer for another audience, by --foreign-id-token FILE'
  if (kit.options.idToken) throw new Skipped(advice)
  const browser = await kit.accounts.spare()
  const { location } = await browser.ownPage('/sign-out/provider', { method: 'POST', form: {} })
  const hint = location?.searchParams.get('id_token_hint')
  if (!hint) throw new Skipped(advice)
  return hint
}
