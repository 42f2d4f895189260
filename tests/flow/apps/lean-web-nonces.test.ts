import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect } from 'vitest'
import { answerOf, type Sent, throughLibrary } from '../../support/both-ways.ts'
import { appOrigin } from '../../support/full-config.ts'
import { type App, basic, test } from '../../support/test-apps.ts'

const backend = basic('demo-backend', 'demo-backend-secret')

const introspections: [string, (app: App) => Promise<Omit<Sent, 'path'>>][] = [
  ['a good web nonce', async (app) => ({ form: { token: await app.webNonce() }, authorization: backend })],
  [
    'a good web nonce, with a hint',
    async (app) => ({
      form: { token: await app.webNonce(), token_type_hint: 'access_token' },
      authorization: backend,
    }),
  ],
  [
    'a good web nonce, with the secret in the form',
    async (app) => ({
      form: {
        token: await app.webNonce(),
        client_id: 'demo-backend',
        client_secret: 'demo-backend-secret',
      },
    }),
  ],
  [
    'a web nonce of an app that does not list who asks',
    async (app) => ({
      form: { token: await app.webNonce() },
      authorization: basic('stranger-backend', 'the+secret+of+stranger-backend'),
    }),
  ],
  ['an unknown token', async () => ({ form: { token: 'x'.repeat(43) }, authorization: backend })],
  ['no token', async () => ({ form: { token: '' }, authorization: backend })],
  ['no credentials', async (app) => ({ form: { token: await app.webNonce() } })],
  [
    'a wrong secret',
    async (app) => ({
      form: { token: await app.webNonce() },
      authorization: basic('demo-backend', 'wrong'),
    }),
  ],
  [
    'two mechanisms',
    async (app) => ({
      form: { token: await app.webNonce(), client_id: 'demo-backend', client_secret: 'demo-backend-secret' },
      authorization: backend,
    }),
  ],
  ['a public client', async (app) => ({ form: { token: await app.webNonce(), client_id: 'app' } })],
  [
    'a bearer token as credentials',
    async (app) => {
      const token = await app.webNonce()
      return { form: { token }, authorization: `Bearer ${token}` }
    },
  ],
  [
    'credentials that are no base64',
    async (app) => ({ form: { token: await app.webNonce() }, authorization: 'Basic ###' }),
  ],
]

test.for(introspections)(
  'introspection answers %s beside the library as it does through the library',
  async ([, ask], { app, baton }) => {
    const sent = { path: '/oidc/introspect', ...(await ask(app)) }
    const lean = await answerOf(baton.url, sent)
    expect(lean).toBe(await answerOf(baton.url, throughLibrary(sent)))
    expect(lean).toMatch(/^[24]\d\d\n/)
  },
)

// An ID token that is exchanged twice has one web nonce alone.
const newWebNonce = async (app: App) => app.webNonce(await app.idToken({ sub: randomUUID() }))

const revocations: [string, (app: App) => Promise<Omit<Sent, 'path'>>, isGone: boolean][] = [
  ['its own web nonce', async (app) => ({ form: { token: await newWebNonce(app), client_id: 'app' } }), true],
  [
    'a web nonce of another client',
    async (app) => ({ form: { token: await newWebNonce(app), client_id: 'demo-phone' } }),
    false,
  ],
  ['an unknown token', async () => ({ form: { token: 'x'.repeat(43), client_id: 'app' } }), true],
  ['a token of nobody', async (app) => ({ form: { token: await newWebNonce(app) } }), false],
  [
    'a web nonce as somebody that is no client',
    async (app) => ({ form: { token: await newWebNonce(app), client_id: 'nobody' } }),
    false,
  ],
]

test.for(revocations)(
  'revocation of %s is answered beside the library as it is through the library',
  async ([, ask, isGone], { app, baton }) => {
    const [one, other] = [await ask(app), await ask(app)]
    const lean = await answerOf(baton.url, { path: '/oidc/revoke', ...one })
    expect(lean).toBe(await answerOf(baton.url, throughLibrary({ path: '/oidc/revoke', ...other })))
    for (const { form } of [one, other])
      expect(await (await app.introspect(form.token ?? '')).json()).toMatchObject({ active: !isGone })
  },
)

test('a form that arrives in pieces, or of unknown length, is answered all the same', async ({
  app,
  baton,
}) => {
  const token = await newWebNonce(app)
  const pieces = async function* () {
    yield Buffer.from(`tok`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    yield Buffer.from(`en=${token}`)
  }
  const answer = await fetch(`${baton.url}/oidc/introspect`, {
    method: 'POST',
    headers: { authorization: backend, 'content-type': 'application/x-www-form-urlencoded' },
    body: Readable.toWeb(Readable.from(pieces())),
    duplex: 'half',
  } as RequestInit)
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ active: true })])
})

test('a page of the app’s origin may read the answer, by CORS', async ({ app, baton }) => {
  const token = await newWebNonce(app)
  const answer = await fetch(`${baton.url}/oidc/revoke`, {
    method: 'POST',
    headers: { origin: appOrigin },
    body: new URLSearchParams({ token, client_id: 'app' }),
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).not.toBe(null)
  expect(await (await app.introspect(token)).json()).toEqual({ active: false })
})
