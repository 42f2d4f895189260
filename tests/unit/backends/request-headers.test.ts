import { expect, test } from 'vitest'
import { connectionOptions, requestHeaders } from '#lib/backends/request-headers.ts'

test.each([
  'Accept',
  'accept-language',
  'Accept-Encoding',
  'Content-Type',
  'content-length',
  'Content-Encoding',
  'Range',
  'If-None-Match',
  'if-modified-since',
  'If-Range',
  'Cache-Control',
  'Pragma',
  'Prefer',
  'Idempotency-Key',
  'Last-Event-ID',
  'Baggage',
  'tracestate',
  'User-Agent',
  'X-Requested-With',
])('%s is sent on as it came', (name) => {
  expect(requestHeaders([name, 'value 1'], [], {})).toEqual([name, 'value 1'])
})

test.each([
  'Cookie',
  'Authorization',
  'Host',
  'Connection',
  'Keep-Alive',
  'Proxy-Authorization',
  'Proxy-Connection',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'Expect',
  'Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Real-IP',
  'X-Request-ID',
  'Origin',
  'Referer',
  'Sec-Fetch-Site',
  'X-Unknown',
  'Baton-Handoff-Verifier',
  'Acce',
  'Range-Unit',
])('%s of the caller is not sent on', (name) => {
  expect(requestHeaders([name, 'value'], [], {})).toEqual([])
})

test.each([
  [['traceparent', 'not checked'], {}, []],
  [['Traceparent', 'not checked', 'tracestate', 'a=b'], {}, []],
  [
    ['tracestate', 'a=1', 'tracestate', 'b=2', 'traceparent', 'of the caller'],
    { traceparent: 'checked', tracestate: 'a=1,b=2' },
    ['traceparent', 'checked', 'tracestate', 'a=1,b=2'],
  ],
])('a trace is sent on as it was checked: %j', (raw, own, sent) => {
  expect(requestHeaders(raw, ['traceparent', 'tracestate'], own)).toEqual(sent)
})

test('what the backend asks for besides is sent on in any case, and only that', () => {
  const raw = ['X-Tenant', 'a', 'x-tenant', 'b', 'X-Tenants', 'c']
  expect(requestHeaders(raw, ['x-tenant'], {})).toEqual(['X-Tenant', 'a', 'x-tenant', 'b'])
})

test('repeated headers stay repeated and in order', () => {
  const raw = ['Accept', 'a', 'Range', 'bytes=0-1', 'Accept', 'b']
  expect(requestHeaders(raw, [], {})).toEqual(raw)
})

test('headers that Connection names are not sent on, however it is written', () => {
  const raw = [
    'connection',
    'close , X-Tenant',
    'CONNECTION',
    'ACCEPT',
    'Accept',
    'a',
    'x-tenant',
    'b',
    'Range',
    'c',
  ]
  expect(requestHeaders(raw, ['x-tenant'], {})).toEqual(['Range', 'c'])
})

test("Connection cannot remove a header that Baton sets, nor add the caller's own of that name", () => {
  const raw = [
    'Connection',
    'authorization, forwarded',
    'Authorization',
    'Bearer forged',
    'Forwarded',
    'for=1.2.3.4',
  ]
  const own = { authorization: 'Bearer real', forwarded: 'for=127.0.0.1' }
  expect(requestHeaders(raw, [], own)).toEqual(['authorization', 'Bearer real', 'forwarded', 'for=127.0.0.1'])
})

test("what Baton sets goes in place of the caller's, even where the backend asks for the caller's", () => {
  const raw = ['X-Request-Id', "the caller's", 'x-request-id', 'another']
  expect(requestHeaders(raw, ['x-request-id'], { 'x-request-id': 'own' })).toEqual(['x-request-id', 'own'])
})

test('the options of several Connection headers are read together, in lower case', () => {
  expect(connectionOptions(['Connection', 'Close, Foo', 'connection', 'BAR', 'X', 'y'])).toEqual(
    new Set(['close', 'foo', 'bar']),
  )
})
