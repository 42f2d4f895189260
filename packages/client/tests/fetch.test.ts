import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { listen } from '../../../tests/support/partners.ts'
import { json, refuse } from './support/small-baton.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.baton.asUsual())
afterAll(() => stage.close())

const GREETING = '/api/backends/demo/api/greeting'

test('a call to a backend is sent unchanged, with the web nonce as bearer token', async () => {
  const { client, webNonce } = await stage.signedIn()
  for (const input of [GREETING, `${stage.baton.url}${GREETING}`, new URL(GREETING, stage.baton.url)]) {
    const response = await client.fetch(input, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', authorization: 'Bearer other' },
    })
    expect(await response.json()).toMatchObject({
      subject: 'demo',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${webNonce}` },
    })
  }
})

test('the web nonce is sent to the proxy only, and to no other origin', async () => {
  const { client } = await stage.signedIn()
  const other = await listen((_req, res) => res.end('got it'))
  let arrived = 0
  other.server.on('request', () => arrived++)
  const before = stage.baton.calls.length
  const { host, port } = new URL(other.url)
  try {
    for (const input of [
      `${other.url}${GREETING}`,
      `//${host}${GREETING}`,
      `/\\${host}${GREETING}`,
      `@${host}${GREETING}`,
      `/@${host}${GREETING}`,
      `${stage.baton.url}@${host}${GREETING}`,
      `${stage.baton.url.replace('//', '//a:b@')}${GREETING}`,
      `${stage.baton.url.replace(/:\d+$/, `:${port}`)}${GREETING}`,
      `blob:${stage.baton.url}${GREETING}`,
      'https://baton.example/api/backends/demo',
      '/api/backends/../nonce',
      '/api/backends/%2e%2e/nonce',
      '/api/nonce',
      'api/backends/demo',
      '',
    ])
      expect(await errorOf(client.fetch(input)), input).toMatchObject({ code: 'invalid_argument' })
    expect(arrived).toBe(0)
    expect(stage.baton.calls).toHaveLength(before)
  } finally {
    await other.close()
  }
})

test('no redirect of a backend is followed', async () => {
  const { client } = await stage.signedIn()
  const other = await listen((_req, res) => res.end('got it'))
  let arrived = 0
  other.server.on('request', () => arrived++)
  try {
    stage.baton.answerInstead(`GET ${GREETING}`, (res) => res.writeHead(307, { location: other.url }).end())
    expect((await client.fetch(GREETING, { redirect: 'follow' })).status).toBe(307)
    expect((await client.fetch(GREETING)).status).toBe(307)
    expect(await errorOf(client.fetch(GREETING, { redirect: 'error' }))).toMatchObject({ code: 'network' })
    expect(arrived).toBe(0)
  } finally {
    await other.close()
  }
})

test("Baton's message that the session has ended signs out; a backend's does not", async () => {
  const { client } = await stage.signedIn()
  const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' }
  const sandbox = { 'content-security-policy': "sandbox; default-src 'none'" }
  const body = { error: 'invalid_token' }
  const others: Record<string, string>[] = [
    {},
    sandbox,
    { ...challenge, ...sandbox },
    { 'www-authenticate': 'Bearer' },
  ]
  for (const headers of others) {
    stage.baton.answerInstead(`GET ${GREETING}`, (res) => json(res, 401, body, headers))
    expect((await client.fetch(GREETING)).status).toBe(401)
    expect(await client.isSignedIn()).toBe(true)
  }
  stage.baton.answerInstead(`GET ${GREETING}`, (res) => json(res, 403, body, challenge))
  expect((await client.fetch(GREETING)).status).toBe(403)
  expect(await client.isSignedIn()).toBe(true)

  stage.baton.answerInstead(`GET ${GREETING}`, (res) => refuse(res, [401, 'invalid_token']))
  expect(await errorOf(client.fetch(GREETING))).toMatchObject({ code: 'signed_out', status: 401 })
  expect(await client.isSignedIn()).toBe(false)
})

test("the caller's own signal aborts a call with its own reason", async () => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead(`GET ${GREETING}`, () => undefined)
  const reason = new Error('the screen was closed')
  const abort = new AbortController()
  const call = client.fetch(GREETING, { signal: abort.signal })
  abort.abort(reason)
  await expect(call).rejects.toBe(reason)
})

test('when Baton is unreachable the error says so, and the person stays signed in', async () => {
  const { storage } = await stage.signedIn()
  const client = stage.client({ storage, fetch: () => fetch('http://127.0.0.1:1/') })
  expect(await errorOf(client.fetch(GREETING))).toMatchObject({ code: 'network' })
  expect(await client.isSignedIn()).toBe(true)
})
