import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { httpCall, type Reply } from '../../support/clients/http-call.ts'
import { logLines } from '../../support/log-lines.ts'
import { path, test } from '../../support/test-operators.ts'

const now = () => Math.floor(Date.now() / 1000)

/** Expects Baton's one form of error. */
function expectRefusal(reply: Reply, status: number, error: string): void {
  expect([reply.status, reply.text]).toEqual([status, expect.stringContaining(error)])
  expect(reply.headers['content-type']).toBe('application/json')
  expect(reply.headers['cache-control']).toBe('no-store')
  expect(reply.json()).toEqual({ error, error_description: expect.stringMatching(/\S/) })
}

test('without a bearer token the challenge names no error, with a bad one it names invalid_token', async ({
  signOut,
  issuer,
}) => {
  for (const authorization of [undefined, 'Basic YTpi', 'DPoP x']) {
    const none = await signOut(issuer.url, 'ada', { authorization })
    expectRefusal(none, 401, 'invalid_token')
    expect(none.headers['www-authenticate']).toBe('Bearer')
  }
  for (const authorization of ['Bearer', 'Bearer x', 'bearer a.b.c']) {
    const bad = await signOut(issuer.url, 'ada', { authorization })
    expectRefusal(bad, 401, 'invalid_token')
    expect(bad.headers['www-authenticate']).toContain('Bearer error="invalid_token"')
  }
})

test('a JWT that is no operator’s call, and what proves other things here, ends nothing', async ({
  app,
  signOut,
  issuer,
  jwt,
  operator,
  lonely,
  baton,
}) => {
  const idToken = await app.idToken({ sub: 'ada' })
  const webNonce = await app.webNonce(idToken)
  const bad = [
    await jwt({ claims: { aud: `${baton.url}/api/nonce` } }),
    await jwt({ claims: { exp: undefined } }),
    await jwt({ claims: { exp: now() - 30 } }),
    await jwt({ claims: { exp: now() + 400 } }),
    await jwt({ claims: { jti: undefined } }),
    await jwt({ claims: { iss: 'https://nobody.example.org' } }),
    await jwt({ header: { typ: 'at+jwt' } }),
    // What anybody may get from the same issuer for this audience.
    await jwt({ claims: { scope: 'openid' }, header: { typ: 'JWT' } }),
    await jwt({ claims: { azp: 'an-app' } }),
    await jwt({ claims: { nonce: 'n', at_hash: 'h' } }),
    await jwt({ claims: { events: {} } }),
    // Its name, and the key of another.
    await jwt({ claims: { iss: operator.url }, header: { kid: operator.key.kid } }, lonely),
    idToken,
    webNonce,
  ]
  for (const token of bad)
    expectRefusal(
      await signOut(issuer.url, 'ada', { authorization: `Bearer ${token}` }),
      401,
      'invalid_token',
    )
  expect((await app.call(webNonce)).status).toBe(200)
})

test.for<[string, unknown, string?]>([
  ['nothing', ''],
  ['no JSON', '{"sub_id":'],
  ['a form', 'sub_id=ada', 'application/x-www-form-urlencoded'],
  ['JSON by another name', { sub_id: { format: 'email', email: 'ada@example.org' } }, 'text/plain'],
  ['no sub_id', { subject: { format: 'email', email: 'ada@example.org' } }],
  ['another format', { sub_id: { format: 'opaque', id: 'ada' } }],
  ['no sub', { sub_id: { format: 'iss_sub', iss: 'https://op.example.org' } }],
  ['a sub that is no text', { sub_id: { format: 'iss_sub', iss: 'https://op.example.org', sub: ['ada'] } }],
  [
    'two sub_ids',
    '{"sub_id":{"format":"email","email":"a@b.c"},"sub_id":{"format":"email","email":"a@b.c"}}',
  ],
])('a body that names nobody is 400: %s', async ([, body, contentType], { send }) => {
  expectRefusal(await send(body, { contentType }), 400, 'invalid_request')
})

test('the caller is looked at before the body', async ({ send }) => {
  expectRefusal(await send('no JSON', { authorization: undefined }), 401, 'invalid_token')
})

test('a body beyond 64 KiB is 413', async ({ send }) => {
  expectRefusal(await send(`"${'a'.repeat(70_000)}"`), 413, 'payload_too_large')
})

test('people of an issuer that is not the operator’s are 403, and their sessions go on', async ({
  app,
  signOut,
  issuer,
  jwt,
  lonely,
}) => {
  const webNonce = await app.webNonce(await app.idToken({ sub: 'grace' }))
  const authorization = `Bearer ${await jwt({}, lonely)}`
  expectRefusal(await signOut(issuer.url, 'grace', { authorization }), 403, 'access_denied')
  expectRefusal(await signOut('https://op.example.org', 'grace'), 403, 'access_denied')
  // Another spelling is another issuer.
  expectRefusal(await signOut(`${issuer.url}/`, 'grace'), 403, 'access_denied')
  expect((await app.call(webNonce)).status).toBe(200)
})

test('an operator ends nobody by an address whom it may not end by subject', async ({
  app,
  signOutAddress,
  jwt,
  lonely,
}) => {
  const said = { sub: 'lin', email: 'lin@example.org', email_verified: true }
  const webNonce = await app.webNonce(await app.idToken(said))
  const authorization = `Bearer ${await jwt({}, lonely)}`
  expectRefusal(await signOutAddress('lin@example.org', { authorization }), 404, 'not_found')
  expect((await app.call(webNonce)).status).toBe(200)
  expect((await signOutAddress('lin@example.org')).status).toBe(204)
  expect((await app.call(webNonce)).status).toBe(401)
})

test('a person whom Baton does not know is 404', async ({ signOut, signOutAddress, issuer }) => {
  expectRefusal(await signOut(issuer.url, 'nobody'), 404, 'not_found')
  expectRefusal(await signOutAddress('nobody@example.org'), 404, 'not_found')
})

test('keys that cannot be fetched are 503', async ({ startAnother, signOut, issuer, operator, app }) => {
  const webNonce = await app.webNonce(await app.idToken({ sub: 'edsger' }))
  // An instance that has no keys in memory.
  const { address } = await startAnother()
  operator.answerKeysWith(500, '')
  try {
    const reply = await signOut(issuer.url, 'edsger', { address })
    expectRefusal(reply, 503, 'temporarily_unavailable')
    expect(reply.headers['retry-after']).toMatch(/^\d+$/)
    expect((await app.call(webNonce)).status).toBe(200)
  } finally {
    operator.serveKeys([operator.key.jwk])
  }
})

test('a token is taken once over two instances', async ({
  startAnother,
  signOut,
  issuer,
  app,
  jwt,
  baton,
}) => {
  const another = await startAnother()
  await app.webNonce(await app.idToken({ sub: 'barbara' }))
  const authorization = `Bearer ${await jwt()}`
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      signOut(issuer.url, 'barbara', { authorization, address: (index % 2 ? another : baton).address }),
    ),
  )
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, ...Array(9).fill(401)])
  // Neither for another person, nor by another JWT with the same jti.
  const webNonce = await app.webNonce(await app.idToken({ sub: 'donald' }))
  expectRefusal(await signOut(issuer.url, 'donald', { authorization }), 401, 'invalid_token')
  const jti = randomUUID()
  expect((await signOut(issuer.url, 'barbara', { claims: { jti } })).status).toBe(204)
  expectRefusal(await signOut(issuer.url, 'donald', { claims: { jti } }), 401, 'invalid_token')
  expect((await app.call(webNonce)).status).toBe(200)
})

test('a call that was refused for its body has not used its token up, and one that found nobody has', async ({
  send,
  signOut,
  issuer,
  jwt,
}) => {
  const authorization = `Bearer ${await jwt()}`
  expectRefusal(await send({}, { authorization }), 400, 'invalid_request')
  expectRefusal(await signOut('https://op.example.org', 'x', { authorization }), 403, 'access_denied')
  expectRefusal(await signOut(issuer.url, 'nobody', { authorization }), 404, 'not_found')
  expectRefusal(await signOut(issuer.url, 'nobody', { authorization }), 401, 'invalid_token')
})

test('the log says which operator signed whom out, and who was refused after its JWT was good', async ({
  baton,
  app,
  signOut,
  issuer,
  operator,
}) => {
  const webNonce = await app.webNonce(await app.idToken({ sub: 'margaret' }))
  const { sub: user } = (await (await app.introspect(webNonce)).json()) as { sub: string }
  const [done, refused] = [randomUUID(), randomUUID()]
  expect((await signOut(issuer.url, 'margaret', { claims: { jti: done } })).status).toBe(204)
  expect((await signOut('https://op.example.org', 'x', { claims: { jti: refused } })).status).toBe(403)
  await expect
    .poll(() => logLines(baton))
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          event: 'logout.global',
          operator: operator.url,
          jti: done,
          users: [user],
          sessions: 1,
        }),
        expect.objectContaining({
          event: 'request.refused',
          code: 'access_denied',
          detail: `operator ${operator.url}, jti ${refused}`,
        }),
      ]),
    )
})

test('it takes POST alone', async ({ baton, host }) => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const reply = await httpCall(baton.address, path, { method, headers: { host } })
    expectRefusal(reply, 405, 'method_not_allowed')
    expect(reply.headers.allow).toBe('POST')
  }
})

test('a browser’s own cookie is no caller, and other origins may read no answer', async ({
  signedIn,
  partners,
}) => {
  const person = await signedIn('bob')
  const answer = await person.ownPage(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://app.example.org' },
    body: JSON.stringify({ sub_id: { format: 'iss_sub', iss: partners.issuer, sub: 'bob' } }),
  })
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, null])
  expect(await person.session()).not.toBeNull()
})

test('both addresses of the metadata name the endpoint', async ({ baton }) => {
  for (const address of [
    '/oidc/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/oidc',
  ])
    expect(await (await fetch(baton.url + address)).json()).toMatchObject({
      issuer: `${baton.url}/oidc`,
      global_token_revocation_endpoint: `${baton.url}${path}`,
    })
})
