import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Token } from '../src/index.ts'
import { json } from './support/small-baton.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.baton.asUsual())
afterAll(() => stage.close())

const tokenOf = (text: string) => new Token({ status: 200, bytes: new TextEncoder().encode(text) })

test("the token is the token service's answer byte for byte, requested with an empty body", async () => {
  const { client } = await stage.signedIn()
  const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0xff, 0x00, 0x61])
  stage.baton.answerInstead('POST /api/token', (res, { body, headers }) => {
    res.writeHead(body === '' && headers.authorization ? 201 : 400, { 'content-type': 'application/x-token' })
    res.end(bytes)
  })
  const token = await client.getToken()
  expect(token).toMatchObject({ status: 201, contentType: 'application/x-token' })
  expect(token.rawBytes).toEqual(bytes)
  expect(token.rawString).toBe('\ufeff\ufffd\0a')
  expect(token.json).toBeUndefined()
})

test('members are read by their type', async () => {
  const { client } = await stage.signedIn()
  const token = await client.getToken()
  expect(token.json).toEqual({ token_type: 'Bearer', expires_in: 3600, access_token: 'upstream' })
  expect(token.getString('access_token')).toBe('upstream')
  expect(token.getInt('expires_in')).toBe(3600)
  expect(token.getInt('access_token')).toBeUndefined()
  expect(token.getString('expires_in')).toBeUndefined()
})

test('fractions, strings and numbers that lose digits are not integers', () => {
  const token = tokenOf('{"a":1.5,"b":"1","c":9007199254740993,"d":1e2,"e":null,"f":-3}')
  expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => token.getInt(name))).toEqual([
    undefined,
    undefined,
    undefined,
    100,
    undefined,
    -3,
    undefined,
  ])
})

test.each(['', 'text', '[1]', 'null', '"text"', '7', '{"a":'])(
  'json is undefined for what is no JSON object: %j',
  (text) => {
    expect(tokenOf(text).json).toBeUndefined()
    expect(tokenOf(text).getString('a')).toBeUndefined()
  },
)

test('inherited names of every object are not members', () => {
  expect(tokenOf('{}').getString('constructor')).toBeUndefined()
  expect(tokenOf('{"__proto__":"own"}').getString('__proto__')).toBe('own')
})

test('changing the bytes changes a copy', () => {
  const token = tokenOf('a')
  token.rawBytes[0] = 0
  expect(token.rawString).toBe('a')
})

test('printing a token or turning it into JSON reveals nothing', () => {
  const token = tokenOf('{"access_token":"secret"}')
  const shown = `${inspect(token, { depth: 9, showHidden: true })}${JSON.stringify(token)}${token}`
  expect(shown).not.toContain('secret')
  expect(shown).not.toContain('115')
})

test("a refusal by the token service does not sign out, even in Baton's own words", async () => {
  const { client } = await stage.signedIn()
  for (const status of [400, 401, 502]) {
    stage.baton.answerInstead('POST /api/token', (res) => json(res, status, { error: 'invalid_token' }))
    expect(await client.getToken()).toMatchObject({ status, json: { error: 'invalid_token' } })
  }
  expect(await client.isSignedIn()).toBe(true)
})

test('an oversized answer is refused', async () => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('POST /api/token', (res) => res.end('x'.repeat(256 * 1024 + 1)))
  expect(await errorOf(client.getToken())).toMatchObject({ code: 'unsupported_response' })
  stage.baton.answerInstead('POST /api/token', (res) => res.end('x'.repeat(256 * 1024)))
  expect((await client.getToken()).rawBytes).toHaveLength(256 * 1024)
})
