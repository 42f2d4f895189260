import { afterAll, beforeAll, expect, test } from 'vitest'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import type { Person } from '../../support/person.ts'
import { type Stage, startStage } from '../../support/stage.ts'

const form = 'application/x-www-form-urlencoded'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

let stage: Stage
let source: Person

beforeAll(async () => {
  stage = await startStage()
  source = await stage.signedIn()
})

afterAll(() => stage?.close())

test.each([
  ['redirect_to', 'redirect_to=/a&redirect_to=/a'],
  ['code_challenge', `code_challenge=${challenge}&code_challenge=${challenge}&code_challenge_method=S256`],
  ['token', 'token=a&token=b'],
  ['target', 'target=&target='],
  ['a parameter that means nothing here', 'colour=red&colour=blue'],
])('%s given twice is invalid_request', async (_, body) => {
  await expectRefusal(await post(body), 400, 'invalid_request')
})

test.each([
  ['JSON', 'application/json', '{}'],
  ['a multipart form', 'multipart/form-data; boundary=b', '--b--'],
  ['plain text', 'text/plain', 'redirect_to=/'],
  ['a body of no type', '', 'redirect_to=/'],
])('%s is no form and is invalid_request', async (_, type, body) => {
  await expectRefusal(await post(body, type), 400, 'invalid_request')
})

test('a form may name its charset, in any case', async () => {
  expect((await post('redirect_to=%2F', 'Application/X-WWW-Form-Urlencoded; charset=UTF-8')).status).toBe(200)
})

test('a form larger than 64 KiB is not read to its end', async () => {
  await expectRefusal(await post(`filler=${'x'.repeat(64 * 1024)}`), 413, 'payload_too_large')
  expect((await post(`filler=${'x'.repeat(64 * 1024 - 7)}`)).status).toBe(200)
})

test('a target that this source may not hand over to is unauthorized_client', async () => {
  await expectRefusal(await post('target=demo-web'), 403, 'unauthorized_client')
})

test('a parameter without a value counts as absent', async () => {
  expect((await post('target=&redirect_to=&code_challenge=&code_challenge_method=')).status).toBe(200)
})

test.each([
  ['too short', `code_challenge=${challenge.slice(1)}&code_challenge_method=S256`],
  ['too long', `code_challenge=${challenge}A&code_challenge_method=S256`],
  [
    'of another alphabet',
    `code_challenge=${encodeURIComponent(`${challenge.slice(1)}+`)}&code_challenge_method=S256`,
  ],
  ['padded', `code_challenge=${challenge.slice(1)}%3D&code_challenge_method=S256`],
  ['plain', `code_challenge=${challenge}&code_challenge_method=plain`],
  ['of a method in the wrong case', `code_challenge=${challenge}&code_challenge_method=s256`],
  ['without its method, which would mean plain', `code_challenge=${challenge}`],
  ['missing where its method is named', 'code_challenge_method=S256'],
])('a code challenge that is %s is invalid_request', async (_, body) => {
  await expectRefusal(await post(body), 400, 'invalid_request')
})

test('a nonce bound to a verifier is opened at Baton itself', async () => {
  const answer = await post(`code_challenge=${challenge}&code_challenge_method=S256`)
  expect(answer.status).toBe(200)
  const { handoff_uri, nonce } = (await answer.json()) as { handoff_uri: string; nonce: string }
  expect(handoff_uri).toBe(`${stage.baton.url}/handoff?nonce=${nonce}`)
})

test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is refused and POST named', async (method) => {
  const answer = await source.ownPage('/api/nonce', { method })
  expect(answer.headers.get('allow')).toBe('POST')
  await expectRefusal(answer, 405, 'method_not_allowed')
})

test('HEAD is refused like GET, without a body', async () => {
  const answer = await source.ownPage('/api/nonce', { method: 'HEAD' })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('POST')
  expect(await answer.text()).toBe('')
})

test.each(['TRACE', 'PROPFIND'])('%s, which no route knows, is refused too', async (method) => {
  const { baton } = stage
  const headers = { host: new URL(baton.url).host }
  const answer = await rawRequest(baton.address, { method, path: '/api/nonce', headers })
  expect(answer.headers.get('allow')).toMatch(/POST/)
  await expectRefusal(answer, 405, 'method_not_allowed')
})

function post(body: string, type = form): Promise<Response> {
  // Bytes, as text would be given a type by fetch.
  return source.ownPage('/api/nonce', {
    method: 'POST',
    headers: type ? { 'content-type': type } : {},
    body: new TextEncoder().encode(body),
  })
}
