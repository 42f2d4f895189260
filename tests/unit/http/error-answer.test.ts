import { expect, test } from 'vitest'
import { errorAnswer, errorResponse, sendError } from '#lib/http/error-answer.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { readableLog } from '../../support/log.ts'
import { listen } from '../../support/partners.ts'

const { log } = readableLog()

test('cause and detail stay in the log: nothing of them reaches body or headers', () => {
  const { log, text } = readableLog()
  const cause = new Error('relation "nonces" does not exist')
  const error = new OAuthError('bad_gateway', 'the backend could not be reached', {
    cause,
    detail: 'at 10.0.0.7',
  })
  const answer = errorAnswer(error, log)
  expect(JSON.parse(answer.body)).toEqual({
    error: 'bad_gateway',
    error_description: 'the backend could not be reached',
  })
  expect(JSON.stringify(answer)).not.toMatch(/nonces|10\.0\.0\.7|stack|\.ts/)
  expect(text()).toContain('10.0.0.7')
  expect(text()).toContain('nonces')
})

test.each([
  ['an error', new TypeError('secret at row 5')],
  ['an error with a code', Object.assign(new Error('secret'), { code: 'P2002' })],
  ['a text', 'secret'],
  ['nothing', undefined],
  ['an object', { error: 'secret', error_description: 'secret', code: 'csrf', status: 200 }],
])('%s that is no refusal is a bare server_error', (_, thrown) => {
  const answer = errorAnswer(thrown, log)
  expect(answer.status).toBe(500)
  expect(JSON.parse(answer.body)).toEqual({
    error: 'server_error',
    error_description: 'something went wrong here',
  })
  expect(answer.headers).toEqual({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
})

test.each([
  ['refused', Object.assign(new Error('secret'), { code: 'ECONNREFUSED' })],
  ['shutting down', Object.assign(new Error('secret'), { code: '57P01' })],
  ['out of connections', Object.assign(new Error('secret'), { code: 'P2024' })],
  [
    'wrapped',
    new Error('secret', { cause: new Error('x', { cause: Object.assign(new Error(), { code: 'P1001' }) }) }),
  ],
])('a database that cannot be reached is temporarily_unavailable with Retry-After: %s', (_, thrown) => {
  const answer = errorAnswer(thrown, log)
  expect(answer.status).toBe(503)
  expect(answer.headers['retry-after']).toBe('5')
  expect(JSON.parse(answer.body)).toEqual({
    error: 'temporarily_unavailable',
    error_description: 'try again shortly',
  })
})

test.each([
  [
    new OAuthError('invalid_token', 'd'),
    { 'www-authenticate': 'Bearer error="invalid_token", error_description="d"' },
  ],
  [new OAuthError('invalid_token', 'd', { withoutCredentials: true }), { 'www-authenticate': 'Bearer' }],
  [new OAuthError('method_not_allowed', 'd', { allow: ['GET', 'HEAD'] }), { allow: 'GET, HEAD' }],
  [new OAuthError('temporarily_unavailable', 'd'), { 'retry-after': '5' }],
  [new OAuthError('temporarily_unavailable', 'd', { retryAfter: 30 }), { 'retry-after': '30' }],
  [new OAuthError('slow_down', 'd', { retryAfter: 7 }), { 'retry-after': '7' }],
  [new OAuthError('csrf', 'd'), {}],
  [new OAuthError('not_found', 'd'), {}],
])('headers go by the code, and every answer is no-store JSON: %s', async (error, own) => {
  const always = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  expect(errorAnswer(error, log).headers).toEqual({ ...always, ...own })
  const response = errorResponse(error, log)
  expect(response.status).toBe(error.status)
  expect(Object.fromEntries(response.headers)).toEqual({ ...always, ...own })
  expect(await response.json()).toEqual({ error: error.code, error_description: 'd' })
})

test('an answer that has begun is broken off, not ended with an error inside it', async () => {
  const server = await listen((_, res) => {
    res.writeHead(200)
    res.write('begun', () => sendError(res, new Error('secret'), log))
  })
  try {
    const response = await fetch(server.url)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
  } finally {
    await server.close()
  }
})

test('HEAD gets the headers of the error and no body', async () => {
  const server = await listen((_, res) => sendError(res, new OAuthError('not_found', 'd'), log))
  try {
    const [head, get] = [await fetch(server.url, { method: 'HEAD' }), await fetch(server.url)]
    expect([head.status, await head.text()]).toEqual([404, ''])
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(await get.text())))
  } finally {
    await server.close()
  }
})
