import { type JWTHeaderParameters, type JWTPayload, UnsecuredJWT } from 'jose'
import { expect } from 'vitest'
import { askForNonce, postNonce } from '../../support/ask-for-nonce.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { fullConfig } from '../../support/full-config.ts'
import { listen } from '../../support/partners.ts'
import type { PhoneTokens } from '../../support/sign-in-as-phone.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const now = () => Math.floor(Date.now() / 1000)

const test = base
  .extend('setup', perFile, { config: (partners) => fullConfig(partners) } satisfies Setup)
  /** An ID token that Baton takes, but for what is given. */
  .extend(
    'idToken',
    perFile,
    ({ baton, issuer }) =>
      (claims?: JWTPayload, header?: Partial<JWTHeaderParameters>) =>
        issuer.idToken(baton.url, claims, header),
  )

test('the token that the following ones differ from is good', async ({ baton, idToken }) => {
  expect((await askForNonce(baton.url, await idToken())).nonce).toMatch(/^[\w-]{43}$/)
})

type Given = {
  url: string
  idToken(claims?: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>
  phoneTokens(): Promise<PhoneTokens>
}

const bad: [string, (given: Given) => Promise<string>][] = [
  ['not made for the nonce endpoint', ({ idToken }) => idToken({ aud: 'app' })],
  [
    'made for an app that is not listed',
    ({ idToken, url }) => idToken({ aud: ['other', `${url}/api/nonce`], azp: 'other' }),
  ],
  [
    'made for the nonce endpoint of another Baton',
    ({ idToken }) => idToken({ aud: ['app', 'https://b.example/api/nonce'] }),
  ],
  ['expired', ({ idToken }) => idToken({ exp: now() - 60 })],
  ['older than maxTokenAge', ({ idToken }) => idToken({ iat: now() - 3700 })],
  ['of an issuer that is not trusted', ({ idToken }) => idToken({ iss: 'http://127.0.0.1:9' })],
  ['signed by a key that the issuer does not have', ({ idToken }) => idToken({}, { kid: 'key-2' })],
  [
    'not signed',
    async ({ idToken }) => {
      const [, claims = ''] = (await idToken()).split('.')
      const unsigned = new UnsecuredJWT(JSON.parse(Buffer.from(claims, 'base64url').toString()))
      return unsigned.encode()
    },
  ],
  [
    'changed after it was signed',
    async ({ idToken }) => {
      const [header, , signature] = (await idToken()).split('.')
      const [, claims] = (await idToken({ sub: 'somebody else' })).split('.')
      return [header, claims, signature].join('.')
    },
  ],
  ['an access token', async ({ phoneTokens }) => (await phoneTokens()).accessToken],
  [
    'an access token that differs from an ID token by its claims alone',
    ({ idToken }) => idToken({ client_id: 'app', scope: 'openid', jti: 'j' }, { typ: 'JWT' }),
  ],
  ['no JWT', async () => 'a.b.c'],
]

test.for(bad)(
  'an ID token that is %s is invalid_grant',
  async ([, make], { baton: { url }, idToken, phoneTokens }) => {
    const token = await make({ url, idToken, phoneTokens })
    await expectRefusal(await postNonce(url, { token }), 400, 'invalid_grant')
  },
)

test('while the issuer is away the answer is 503, and later its tokens are good again', async ({
  partners,
  baton,
  phoneTokens,
}) => {
  const { idToken } = await phoneTokens()
  await partners.stopIdentityProvider()
  const answer = await postNonce(baton.url, { token: idToken })
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  await expectRefusal(answer, 503, 'temporarily_unavailable')

  const back = await listen(partners.identityProvider.listener, Number(new URL(partners.issuer).port))
  // A failure is remembered for five seconds.
  const ask = async () => (await postNonce(baton.url, { token: idToken })).status
  await expect.poll(ask, { interval: 500 }).toBe(200)
  await back.close()
})
