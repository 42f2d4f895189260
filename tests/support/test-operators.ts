import { randomUUID } from 'node:crypto'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { httpCall, type Reply } from './clients/http-call.ts'
import { fullConfig } from './full-config.ts'
import { newKey, signed, startIssuer } from './issuer.ts'
import { perFile } from './test.ts'
import { test as base } from './test-apps.ts'

export const path = '/api/global-token-revocation'

/** What of a call is not as usual. */
type Unusual = {
  /** Which claims and headers of the JWT. */
  claims?: JWTPayload
  header?: Partial<JWTHeaderParameters>
  /** The whole `Authorization` header; `undefined` for none. */
  authorization?: string | undefined
  contentType?: string | undefined
  /** The address of another instance. */
  address?: string
}

async function startOperator() {
  const key = await newKey('RS256')
  const { switchOff: close, ...rest } = await startIssuer([key])
  return { ...rest, key, close }
}

/**
 * Tests with an operator who may sign out the people of both issuers, and another one who may sign out its
 * own alone, of whom there are none.
 */
export const test = base
  .extend('operator', perFile, ({ closing }) => closing(startOperator()))
  .extend('lonely', perFile, ({ closing }) => closing(startOperator()))
  .extend('setup', perFile, ({ operator, lonely }) => ({
    config: (partners) =>
      fullConfig(partners, {
        operators: [
          {
            issuer: operator.url,
            jwksUri: `${operator.url}/jwks`,
            issuers: [partners.issuer, partners.trustedIssuer.url],
          },
          { issuer: lonely.url, jwksUri: `${lonely.url}/jwks` },
        ],
      }),
  }))
  /** A JWT of the operator's by the text of the draft, section 3.5, but for what is given. */
  .extend('jwt', perFile, ({ operator, baton }) => ({ claims, header }: Unusual = {}, by = operator) => {
    const now = Math.floor(Date.now() / 1000)
    const usual = { iss: by.url, sub: 'an-integration', aud: baton.url + path, jti: randomUUID() }
    return signed(by.key, { ...usual, iat: now, exp: now + 300, ...claims }, { typ: undefined, ...header })
  })
  /** Sends a body, JSON where it is no text, with a JWT of the operator's. */
  .extend(
    'send',
    perFile,
    ({ baton, host, jwt }) =>
      async (body: unknown, unusual: Unusual = {}): Promise<Reply> => {
        const { address = baton.address, contentType = 'application/json' } = unusual
        const authorization =
          'authorization' in unusual ? unusual.authorization : `Bearer ${await jwt(unusual)}`
        return httpCall(address, path, {
          method: 'POST',
          headers: { host, authorization, 'content-type': contentType },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        })
      },
  )
  /** Signs somebody out by issuer and subject. */
  .extend(
    'signOut',
    perFile,
    ({ send }) =>
      (iss: string, sub: string, unusual?: Unusual) =>
        send({ sub_id: { format: 'iss_sub', iss, sub } }, unusual),
  )
  /** Signs everybody out who has verified this address. */
  .extend(
    'signOutAddress',
    perFile,
    ({ send }) =>
      (email: string, unusual?: Unusual) =>
        send({ sub_id: { format: 'email', email } }, unusual),
  )
