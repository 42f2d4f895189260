import { expect } from 'vitest'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { test as base } from '../../support/test.ts'

const form = 'application/x-www-form-urlencoded'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

const test = base.extend('post', ({ person }) => (body: string, type = form): Promise<Response> => {
  // Bytes, as text would be given a type by fetch.
  return person.ownPage('/api/nonce', {
    method: 'POST',
    headers: type ? { 'content-type': type } : {},
    body: new TextEncoder().encode(body),
  })
})

test.for([
  ['redirect_to', 'redirect_to=/a&redirect_to=/a'],
  ['code_challenge', `code_challenge=${challenge}&code_challenge=${challenge}&code_challenge_method=S256`],
  ['token', 'token=a&token=b'],
  ['target', 'target=&target='],
  ['a parameter that means nothing here', 'colour=red&colour=blue'],
] as const)('%s given twice is invalid_request', async ([, body], { post }) => {
  await expectRefusal(await post(body), 400, 'invalid_request')
})

test.for([
  ['JSON', 'application/json', '{}'],
  ['a multipart form', 'multipart/form-data; boundary=b', '--b--'],
  ['plain text', 'text/plain', 'redirect_to=/'],
  ['a body of no type', '', 'redirect_to=/'],
] as const)('%s is no form and is invalid_request', async ([, type, body], { post }) => {
  await expectRefusal(await post(body, type), 400, 'invalid_request')
})

test('a form may name its charset, in any case', async ({ post }) => {
  expect((await post('redirect_to=%2F', 'Application/X-WWW-Form-Urlencoded; charset=UTF-8')).status).toBe(200)
})

test('a form larger than 64 KiB is not read to its end', async ({ post }) => {
  await expectRefusal(await post(`filler=${'x'.repeat(64 * 1024)}`), 413, 'payload_too_large')
  expect((await post(`filler=${'x'.repeat(64 * 1024 - 7)}`)).status).toBe(200)
})

test('a target that this source may not hand over to is unauthorized_client', async ({ post }) => {
  await expectRefusal(await post('target=demo-web'), 403, 'unauthorized_client')
})

test('a parameter without a value counts as absent', async ({ post }) => {
  expect((await post('target=&redirect_to=&code_challenge=&code_challenge_method=')).status).toBe(200)
})

test.for([
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
] as const)('a code challenge that is %s is invalid_request', async ([, body], { post }) => {
  await expectRefusal(await post(body), 400, 'invalid_request')
})

test('a nonce bound to a verifier is opened at Baton itself', async ({ post, baton }) => {
  const answer = await post(`code_challenge=${challenge}&code_challenge_method=S256`)
  expect(answer.status).toBe(200)
  const { handoff_uri, nonce } = (await answer.json()) as { handoff_uri: string; nonce: string }
  expect(handoff_uri).toBe(`${baton.url}/handoff?nonce=${nonce}`)
})

test.for(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  '%s is refused and POST named',
  async (method, { person }) => {
    const answer = await person.ownPage('/api/nonce', { method })
    expect(answer.headers.get('allow')).toBe('POST')
    await expectRefusal(answer, 405, 'method_not_allowed')
  },
)

test('HEAD is refused like GET, without a body', async ({ person }) => {
  const answer = await person.ownPage('/api/nonce', { method: 'HEAD' })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe('POST')
  expect(await answer.text()).toBe('')
})

test.for(['TRACE', 'PROPFIND'])('%s, which no route knows, is refused too', async (method, { stage }) => {
  const { baton } = stage
  const headers = { host: new URL(baton.url).host }
  const answer = await rawRequest(baton.address, { method, path: '/api/nonce', headers })
  expect(answer.headers.get('allow')).toMatch(/POST/)
  await expectRefusal(answer, 405, 'method_not_allowed')
})
