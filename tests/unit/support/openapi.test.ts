import { expect, test } from 'vitest'
import { faultsOf, type Seen } from '../../support/openapi/check-answer.ts'
import { requestFaultsOf, type Sent } from '../../support/openapi/check-request.ts'
import { type FoundOperation, operationOf } from '../../support/openapi/description.ts'
import { OpenApiRecord } from '../../support/openapi/record.ts'

const operation = operationOf('GET', '/api/version') as FoundOperation
const body = { version: '0.1.0', commit: null }
const headers = { 'x-request-id': 'an-id', 'cache-control': 'no-store', 'content-type': 'application/json' }

type Change = { status?: number; headers?: Record<string, string>; body?: unknown }

/** The answer of an endpoint, but for what is given. */
function answer(change: Change = {}): Seen {
  const { status = 200, headers: more = {}, body: content = body } = change
  return { status, headers: new Headers({ ...headers, ...more }), text: JSON.stringify(content) }
}

test('an answer that is as described has no fault', () => {
  expect(faultsOf(operation, answer())).toEqual([])
})

test.each<[string, Change, RegExp]>([
  ['a status', { status: 418 }, /the status 418 is not described/],
  ['a member', { body: { ...body, stack: 'x' } }, /additional properties.*stack/],
  ['the lack of a member', { body: { version: '0.1.0' } }, /required property 'commit'/],
  ['a header', { headers: { 'x-powered-by': 'x' } }, /the header x-powered-by is not described/],
  ['the value of a header', { headers: { 'cache-control': 'public' } }, /the header Cache-Control is public/],
  ['a media type', { headers: { 'content-type': 'text/html' } }, /text\/html is not described/],
  [
    'an error code',
    { status: 421, body: { error: 'not_found', error_description: 'x' } },
    /\/error must be equal to one of the allowed values/,
  ],
])('%s that is not described is a fault', (_, change, fault) => {
  expect(faultsOf(operation, answer(change))).toEqual([expect.stringMatching(fault)])
})

test('so is a header that has to be there and is not', () => {
  const seen = answer()
  seen.headers.delete('cache-control')
  expect(faultsOf(operation, seen)).toEqual(['the header Cache-Control is not there'])
})

test('a path is the operation that names it in full, else the one with parameters', () => {
  expect(operationOf('POST', '/api/auth/signin/demo')?.path).toBe('/api/auth/signin/{provider}')
  expect(operationOf('GET', '/api/auth/signin')?.path).toBe('/api/auth/signin')
  expect(operationOf('GET', '/api/backends/demo/a/b?c=d')?.path).toBe('/api/backends/{backend}/{path}')
  expect(operationOf('GET', '/api/sessions/events')?.path).toBe('/api/sessions/events')
  expect(operationOf('PUT', '/api/nonce')).toBeUndefined()
})

test('a record names what nobody was answered with, and answers that are not described', () => {
  const record = new OpenApiRecord()
  expect(record.unseen()).toEqual(expect.arrayContaining(['getVersion 200', 'getVersionHead 200']))
  record.note('GET', sent('/api/version'), answer())
  record.note('HEAD', sent('/api/version'), { ...answer(), text: '' })
  expect(record.unseen().filter((name) => /^getVersion\w* 200/.test(name))).toEqual([])
  expect(record.takeFaults()).toEqual([])
  record.note('PATCH', sent('/api/version'), answer())
  record.note('GET', sent('/api/version'), answer({ status: 418 }))
  expect(record.takeFaults()).toEqual([
    'PATCH /api/version is not described: 200',
    expect.stringContaining('GET /api/version 418'),
  ])
  expect(record.takeFaults()).toEqual([])
})

const token = `/api/nonce/status?nonce=${'n'.repeat(43)}`

function sent(path: string, body?: string): Sent {
  return { path, headers: new Headers({ authorization: 'Bearer x' }), body }
}

test.each<[string, string, Sent, RegExp | undefined]>([
  ['nothing that is not described', 'GET', sent(token), undefined],
  ['a parameter', 'GET', sent(`${token}&more=x`), /the query more is not described/],
  ['no parameter that is required', 'GET', sent('/api/nonce/status'), /the query nonce is not there/],
  ['the value of a parameter', 'GET', sent('/api/nonce/status?nonce=x'), /the query nonce is x: .*pattern/],
  ['the value of a path', 'DELETE', sent('/api/sessions/x'), /the path sid is x/],
  ['a field', 'POST', sent('/api/nonce', 'to=x'), /the field to is not described/],
  ['the value of a field', 'POST', sent('/api/nonce', 'approval=x'), /the body .*\/approval must be equal/],
  ['no field that is required', 'POST', sent('/api/device', 'approve=no'), /required property 'user_code'/],
  ['no body', 'POST', sent('/api/device'), /the body is not there/],
])('a request that was taken with %s is told', (_, method, request, fault) => {
  const taken = operationOf(method, request.path) as FoundOperation
  const faults = requestFaultsOf(taken, request, 200)
  expect(faults).toEqual(fault ? [expect.stringMatching(fault)] : [])
})

test('so is one that was taken without a proof, but for an operation that needs none', () => {
  const faultsOfBare = (path: string) =>
    requestFaultsOf(operationOf('GET', path) as FoundOperation, { path, headers: new Headers() }, 200)
  expect(faultsOfBare(token)).toEqual(['it has no proof that is described'])
  expect(faultsOfBare('/api/version')).toEqual([])
})

test('a record names the parameters and fields that were not taken', () => {
  const record = new OpenApiRecord()
  const names = () => record.unsent().filter((name) => /^(answerDevice|getNonceStatus) /.test(name))
  const all = ['getNonceStatus query nonce', 'answerDevice field user_code']
  expect(names()).toEqual(expect.arrayContaining(all))
  record.note('POST', sent('/api/device', 'user_code=BBBB-BBBB'), answer({ status: 404 }))
  expect(names()).toEqual(expect.arrayContaining(all))
  record.note('GET', sent(token), answer())
  record.note('POST', sent('/api/device', 'user_code=BBBB-BBBB'), answer())
  expect(names()).toEqual(['answerDevice field approve', 'answerDevice field number'])
})
