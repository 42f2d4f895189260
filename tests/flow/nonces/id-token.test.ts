import { UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nonceFor, postNonce } from '../../support/app.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { listen } from '../../support/partners.ts'
import { signInAsPhone } from '../../support/sign-in-as-phone.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { startTrustedIssuer, type TrustedIssuer } from '../../support/trusted-issuer.ts'

let issuer: TrustedIssuer
let stage: Stage
let url: string
const now = () => Math.floor(Date.now() / 1000)

beforeAll(async () => {
  issuer = await startTrustedIssuer()
  stage = await startStage({
    config: (partners) =>
      partners.config({
        trustedIssuers: [issuer.trust, { issuer: partners.issuer, clients: ['demo-phone'] }],
      }),
  })
  url = stage.baton.url
})

afterAll(async () => {
  await stage?.close()
  await issuer?.close()
})

test('the token that the following ones differ from is good', async () => {
  expect(await nonceFor(url, await issuer.idToken(url))).toMatch(/^[\w-]{43}$/)
})

const bad: [string, () => Promise<string>][] = [
  ['not made for the nonce endpoint', () => issuer.idToken(url, { aud: 'app' })],
  [
    'made for an app that is not listed',
    () => issuer.idToken(url, { aud: ['other', `${url}/api/nonce`], azp: 'other' }),
  ],
  [
    'made for the nonce endpoint of another Baton',
    () => issuer.idToken(url, { aud: ['app', 'https://b.example/api/nonce'] }),
  ],
  ['expired', () => issuer.idToken(url, { exp: now() - 60 })],
  ['older than maxTokenAge', () => issuer.idToken(url, { iat: now() - 3700 })],
  ['of an issuer that is not trusted', () => issuer.idToken(url, { iss: 'http://127.0.0.1:9' })],
  ['signed by a key that the issuer does not have', () => issuer.idToken(url, {}, { kid: 'key-2' })],
  [
    'not signed',
    async () => {
      const [, claims = ''] = (await issuer.idToken(url)).split('.')
      const unsigned = new UnsecuredJWT(JSON.parse(Buffer.from(claims, 'base64url').toString()))
      return unsigned.encode()
    },
  ],
  [
    'changed after it was signed',
    async () => {
      const [header, , signature] = (await issuer.idToken(url)).split('.')
      const [, claims] = (await issuer.idToken(url, { sub: 'somebody else' })).split('.')
      return [header, claims, signature].join('.')
    },
  ],
  [
    'an access token',
    async () => {
      const phone = { identityProviderUrl: stage.partners.issuer, user: 'demo', password: 'demo' }
      return (await signInAsPhone(phone)).accessToken
    },
  ],
  ['no JWT', async () => 'a.b.c'],
]

test.each(bad)('an ID token that is %s is invalid_grant', async (_, make) => {
  await expectRefusal(await postNonce(url, { token: await make() }), 400, 'invalid_grant')
})

test('while the issuer cannot be reached the answer is 503, and its tokens are good again when it is back', async () => {
  const phone = { identityProviderUrl: stage.partners.issuer, user: 'demo', password: 'demo' }
  const { idToken } = await signInAsPhone(phone)
  await stage.partners.stopIdentityProvider()
  const answer = await postNonce(url, { token: idToken })
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  await expectRefusal(answer, 503, 'temporarily_unavailable')

  const back = await listen(
    stage.partners.identityProvider.listener,
    Number(new URL(stage.partners.issuer).port),
  )
  expect(await nonceFor(url, idToken)).toMatch(/^[\w-]{43}$/)
  await back.close()
})
