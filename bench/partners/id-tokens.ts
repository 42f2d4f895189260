import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { listen } from '../../tests/support/partners.ts'
import type { Bench } from '../bench.ts'

export const appClientId = 'bench-app'

const people = 1000
/** Each is good for twenty nonces: enough for what all scenarios of a run hand over. */
const tokensEach = 25

type TrustedIssuer = {
  issuer: string
  /**
   * ID tokens of different people, valid for an hour. They are signed in advance, because signing costs the
   * generator more than everything else.
   */
  idTokens(audience: string): Promise<string[]>
}

/** Starts an issuer that Baton trusts. The bench itself serves its metadata and keys. */
export function trustedIssuerOf(bench: Bench): Promise<TrustedIssuer> {
  return bench.once('the issuer of ID tokens', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256')
    const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' }
    const server = await listen((req, res) => {
      res.setHeader('content-type', 'application/json')
      res.end(JSON.stringify(req.url === '/jwks' ? { keys: [key] } : metadata(server.url)))
    })
    bench.defer(server.close)
    const { url: issuer } = server
    const sign = (audience: string, subject: number) =>
      new SignJWT({
        azp: appClientId,
        name: `Person ${subject}`,
        email: `person${subject}@example.org`,
        amr: ['pwd'],
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'bench' })
        .setIssuer(issuer)
        .setAudience([appClientId, audience])
        .setSubject(`person-${subject}`)
        .setJti(crypto.randomUUID())
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey)
    return {
      issuer,
      idTokens: (audience) =>
        Promise.all(
          Array.from({ length: people * tokensEach }, (_, index) => sign(audience, index % people)),
        ),
    }
  })
}

/**
 * Gives the ID tokens for this audience one after the other, and again from the first. All scenarios of a run
 * go round the same ones, as each is good for so many nonces.
 */
export function idTokensInTurn(bench: Bench, audience: string): Promise<() => string> {
  return bench.once(`ID tokens for ${audience}`, async () => {
    const tokens = await (await trustedIssuerOf(bench)).idTokens(audience)
    let used = 0
    return () => tokens[used++ % tokens.length] ?? ''
  })
}

function metadata(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/authorize`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}
