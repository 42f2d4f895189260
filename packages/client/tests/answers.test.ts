import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { json } from './support/small-baton.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.baton.asUsual())
afterAll(() => stage.close())

const handOffUri = 'https://web.example/'

test.each([
  ['HTML', 200, 'text/html', '<p>a gateway'],
  [
    'JSON by another name',
    200,
    'text/plain',
    JSON.stringify({ nonce: 'n', expires_in: 30, handoff_uri: handOffUri }),
  ],
  ['no JSON', 200, 'application/json', '{'],
  ['a list', 200, 'application/json', '[]'],
  ['nothing', 204, 'application/json', ''],
  ['a refusal without a code', 400, 'application/json', '{}'],
  ["a gateway's own error", 502, 'text/html', '<h1>502'],
  [
    'a malformed nonce',
    200,
    'application/json',
    `{"nonce":"?","expires_in":30,"handoff_uri":"${handOffUri}"}`,
  ],
  ['a link that is not a string', 200, 'application/json', '{"nonce":"n","expires_in":30,"handoff_uri":7}'],
  [
    'a time that is not a number',
    200,
    'application/json',
    `{"nonce":"n","expires_in":"30","handoff_uri":"${handOffUri}"}`,
  ],
])('%s as the answer gives unsupported_response and does not sign out', async (_, status, type, body) => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('POST /api/nonce', (res) =>
    res.writeHead(status, { 'content-type': type }).end(body),
  )
  const error = await errorOf(client.handOff(undefined, { binding: 'none' }))
  expect(error).toMatchObject({ code: 'unsupported_response' })
  expect(await client.isSignedIn()).toBe(true)
})

test('unknown members and a charset in an answer are accepted', async () => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('POST /api/nonce', (res) =>
    json(
      res,
      200,
      { nonce: 'n', expires_in: 30, handoff_uri: handOffUri, more: [] },
      { 'content-type': 'application/json; charset=utf-8' },
    ),
  )
  expect((await client.handOff(undefined, { binding: 'none' })).url).toBe(handOffUri)
})

test('an endless answer runs into the timeout', async () => {
  const { storage } = await stage.signedIn()
  const client = stage.client({ storage, timeoutMs: 50 })
  stage.baton.answerInstead('POST /api/nonce', () => undefined)
  expect(await errorOf(client.handOff())).toMatchObject({ code: 'network' })
  stage.baton.answerInstead('POST /api/nonce', (res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).write('{')
  })
  expect(await errorOf(client.handOff())).toMatchObject({ code: 'network' })
})

test('an endless answer is aborted when it is too large', async () => {
  const { client } = await stage.signedIn()
  const closed = Promise.withResolvers<void>()
  stage.baton.answerInstead('POST /api/nonce', (res) => {
    res.writeHead(200, { 'content-type': 'application/json' })
    res.once('close', closed.resolve)
    const fill = () => {
      while (!res.destroyed && res.write(' '.repeat(16_384)));
    }
    res.on('drain', fill)
    fill()
  })
  expect(await errorOf(client.handOff())).toMatchObject({ code: 'unsupported_response' })
  await closed.promise
})

test('answers without streams, as in React Native, are read and limited too', async () => {
  const { client } = await stage.signedIn({
    fetch: async (input, init) => {
      const { status, headers, ...response } = await fetch(input, init).then(async (response) => ({
        status: response.status,
        headers: response.headers,
        bytes: await response.arrayBuffer(),
      }))
      return { status, headers, url: input, arrayBuffer: async () => response.bytes } as unknown as Response
    },
  })
  await client.handOff()
  stage.baton.answerInstead('POST /api/token', (res) => res.end('x'.repeat(256 * 1024 + 1)))
  expect(await errorOf(client.getToken())).toMatchObject({ code: 'unsupported_response' })
})

test.each([
  ['in a page of another origin', { origin: 'https://app.example' }, true],
  ['in a page of Baton', 'own', false],
  ['in a page without an origin', { origin: 'null' }, false],
  ['outside of pages', undefined, false],
] as const)('%s, an answer that never came names CORS: %s', async (_, location, namesCors) => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('POST /api/nonce', (res) => res.destroy())
  vi.stubGlobal('location', location === 'own' ? { origin: stage.baton.url } : location)
  try {
    const { code, description } = await errorOf(client.handOff())
    expect(code).toBe('network')
    expect(description).toMatch(/^no answer from 127\.0\.0\.1:\d+/)
    expect(/pages of https:\/\/app\.example .*CORS/.test(description)).toBe(namesCors)
  } finally {
    vi.unstubAllGlobals()
  }
})
