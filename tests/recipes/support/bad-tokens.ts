import { generateKeyPair, SignJWT } from 'jose'
import { forged, part } from './forged.ts'
import type { Issuer } from './issuer.ts'
import { app, audience, otherAudience } from './parties.ts'

const seconds = () => Math.floor(Date.now() / 1000)

/** The claims of an access token as Baton issues it (RFC 9068, section 2.2). */
export const goodClaims = (issuer: string) => ({
  iss: issuer,
  sub: 'person-1',
  aud: audience as string | string[],
  client_id: app,
  sid: 'session-1',
  iat: seconds(),
  exp: seconds() + 300,
  jti: 'token-1',
  auth_time: seconds() - 60,
  name: 'Demo User',
})

type Claims = Partial<ReturnType<typeof goodClaims>> & { nbf?: number }
type Make = (baton: Issuer, provider: Issuer) => string | Promise<string>

const withClaims = (more: Claims): Make => {
  return (baton) => baton.sign({ ...goodClaims(baton.issuer), ...more })
}

const withHeader = (header: object): Make => {
  return (baton) => baton.sign(goodClaims(baton.issuer), header)
}

const idToken = (aud: string | string[]): Make => {
  const more = { aud, client_id: undefined, sid: undefined }
  return (baton) => baton.sign({ ...goodClaims(baton.issuer), ...more }, { typ: 'JWT' })
}

const unsigned = (alg: string): Make => {
  return (baton) => forged({ alg, kid: baton.kid, typ: 'at+jwt' }, goodClaims(baton.issuer))
}

const signedByStranger = (more: object): Make => {
  return async (baton) => {
    const { privateKey } = await generateKeyPair('RS256')
    const header = { alg: 'RS256', kid: baton.kid, typ: 'at+jwt', ...more }
    return new SignJWT(goodClaims(baton.issuer)).setProtectedHeader(header).sign(privateKey)
  }
}

const withoutSignature: Make = async (baton) => {
  const good = await baton.sign(goodClaims(baton.issuer))
  return good.slice(0, good.lastIndexOf('.') + 1)
}

const withoutLastPart: Make = async (...of) => (await withoutSignature(...of)).slice(0, -1)

const ofAnotherPerson: Make = async (baton) => {
  const [header, , signature] = (await baton.sign(goodClaims(baton.issuer))).split('.')
  return `${header}.${part({ ...goodClaims(baton.issuer), sub: 'person-2' })}.${signature}`
}

const hmacWithPublicKey: Make = (baton) => {
  const header = { alg: 'HS256', kid: baton.kid, typ: 'at+jwt' }
  return forged(header, goodClaims(baton.issuer), baton.publicPem)
}

/** JWTs that no resource server should take, by what is wrong with them; nothing else is. */
export const badTokens = {
  'that expired a minute ago': withClaims({ exp: seconds() - 60 }),
  'without exp': withClaims({ exp: undefined }),
  'that is not yet good': withClaims({ nbf: seconds() + 600 }),
  'for another audience': withClaims({ aud: otherAudience }),
  'for an audience that begins alike': withClaims({ aud: `${audience}.evil.example` }),
  'without aud': withClaims({ aud: undefined }),
  'of another iss': withClaims({ iss: 'https://evil.example/oidc' }),
  'without iss': withClaims({ iss: undefined }),
  'without sub': withClaims({ sub: undefined }),
  'of Baton by its iss, signed by the provider': (baton, provider) => provider.sign(goodClaims(baton.issuer)),
  'of the provider by its iss, signed by Baton': (baton, provider) => baton.sign(goodClaims(provider.issuer)),
  'that is an ID token': idToken(app),
  'that is an ID token and names the audience': idToken([app, audience]),
  'of typ JWT': withHeader({ typ: 'JWT' }),
  'without typ': withHeader({ typ: undefined }),
  'of alg RS512': withHeader({ alg: 'RS512' }),
  'of alg PS256': withHeader({ alg: 'PS256' }),
  'of the provider, of alg PS256': (_baton, provider) =>
    provider.sign(goodClaims(provider.issuer), { alg: 'PS256' }),
  'of alg none': unsigned('none'),
  'of alg nOnE': unsigned('nOnE'),
  'of alg HS256 without a signature': unsigned('HS256'),
  'of alg HS256 with the public key for a secret': hmacWithPublicKey,
  'of another key under the same kid': signedByStranger({}),
  'of another key that it names': signedByStranger({ kid: 'mine', jku: 'https://evil.example/jwks' }),
  'with a crit that nobody knows': withHeader({ crit: ['urn:x'], 'urn:x': 1 }),
  'that was changed': ofAnotherPerson,
  'without its signature': withoutSignature,
  'without its last part': withoutLastPart,
} satisfies Record<string, Make>

export type BadToken = keyof typeof badTokens

/** What is no token of any kind. */
export const nonsense = {
  'dots alone': '..',
  'no JSON': 'a.b.c',
  'an array for claims': `${part({ alg: 'RS256', typ: 'at+jwt' })}.${part([])}.AAAA`,
  'a list for iss': `${part({ alg: 'RS256', typ: 'at+jwt' })}.${part({ iss: ['x'] })}.AAAA`,
  'a number for alg': `${part({ alg: 1, typ: 'at+jwt' })}.${part({ iss: 'x' })}.AAAA`,
  'a number for crit': `${part({ alg: 'RS256', typ: 'at+jwt', crit: 1 })}.${part({ iss: 'x' })}.AAAA`,
  'a deep header': `${Buffer.from('['.repeat(5000)).toString('base64url')}.${part({ iss: 'x' })}.AAAA`,
  'deep claims': [
    part({ alg: 'RS256', typ: 'at+jwt' }),
    Buffer.from('['.repeat(5000)).toString('base64url'),
    'AAAA',
  ].join('.'),
  'five parts': 'a.b.c.d.e',
  'something opaque': 'z'.repeat(43),
}
