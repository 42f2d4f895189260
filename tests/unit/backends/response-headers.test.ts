import { expect, test } from 'vitest'
import { pairs } from '#lib/backends/request-headers.ts'
import { responseHeaders } from '#lib/backends/response-headers.ts'

const sent = (rawHeaders: string[]) => [...pairs(responseHeaders(rawHeaders))]
const valuesOf = (rawHeaders: string[], name: string) =>
  sent(rawHeaders)
    .filter(([header]) => header.toLowerCase() === name)
    .map(([, value]) => value)

test.each([
  'Set-Cookie',
  'Clear-Site-Data',
  'Service-Worker-Allowed',
  'Strict-Transport-Security',
  'Alt-Svc',
  'Access-Control-Allow-Origin',
  'access-control-allow-credentials',
  'Access-Control-Expose-Headers',
  'Access-Control-Anything',
  'Connection',
  'Keep-Alive',
  'Proxy-Authenticate',
  'Proxy-Connection',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'X-Request-ID',
])('%s of a backend does not reach the browser', (name) => {
  expect(valuesOf([name, 'value', name.toUpperCase(), 'other'], name.toLowerCase())).toEqual([])
})

test('headers that the backend names in Connection do not reach the browser', () => {
  const raw = ['Connection', 'X-Hop, close', 'x-hop', 'a', 'X-End', 'b']
  expect(valuesOf(raw, 'x-hop')).toEqual([])
  expect(valuesOf(raw, 'x-end')).toEqual(['b'])
})

test('Connection cannot take away what Baton sets', () => {
  const raw = ['Connection', 'vary, cache-control, content-security-policy, x-content-type-options']
  expect(sent(raw)).toEqual(sent([]))
})

test.each(['Content-Type', 'Content-Length', 'ETag', 'Location', 'Link', 'X-Trace-ID', 'WWW-Authenticate'])(
  '%s of a backend reaches the browser as it is',
  (name) => {
    expect(valuesOf([name, 'a', name, 'b'], name.toLowerCase())).toEqual(['a', 'b'])
  },
)

test('an answer is neither sniffed into another type nor run as a page, whatever the backend says', () => {
  const raw = ['Content-Security-Policy', 'script-src *', 'X-Content-Type-Options', 'sniff']
  expect(valuesOf(raw, 'content-security-policy')).toEqual(["sandbox; default-src 'none'"])
  expect(valuesOf(raw, 'x-content-type-options')).toEqual(['nosniff'])
})

test.each<[string[], string]>([
  [[], 'no-store'],
  [[''], 'no-store'],
  [[' , '], 'no-store'],
  [['public'], 'private'],
  [['public, max-age=60'], 'private, max-age=60'],
  [['PUBLIC,Max-Age=60'], 'private, Max-Age=60'],
  [['max-age=60'], 'private, max-age=60'],
  [['s-maxage=60'], 'private'],
  [['S-MaxAge = 60, max-age=1'], 'private, max-age=1'],
  [['private'], 'private'],
  [['private="x-one, x-two", max-age=5'], 'private, max-age=5'],
  [['private="public"'], 'private'],
  [['no-cache="set-cookie, public", max-age=5'], 'private, no-cache="set-cookie, public", max-age=5'],
  [['ext="a\\", public", public'], 'private, ext="a\\", public"'],
  [['ext="open, public'], 'private, ext=open'],
  [['no-store'], 'private, no-store'],
  [['max-age=1', 'public', 's-maxage=9'], 'private, max-age=1'],
  [['publicity=1, s-maxage-not=2'], 'private, publicity=1, s-maxage-not=2'],
])('Cache-Control %j goes to the browser as "%s"', (values, expected) => {
  expect(
    valuesOf(
      values.flatMap((value) => ['cache-control', value]),
      'cache-control',
    ),
  ).toEqual([expected])
})

test.each(['Surrogate-Control', 'CDN-Cache-Control'])(
  '%s cannot have a shared cache keep the answer',
  (name) => {
    expect(valuesOf([name, 'max-age=60'], name.toLowerCase())).toEqual([])
  },
)

test.each<[string[], string]>([
  [[], 'Cookie, Authorization'],
  [['Accept'], 'Accept, Cookie, Authorization'],
  [['Accept, Origin', 'Accept-Encoding'], 'Accept, Origin, Accept-Encoding, Cookie, Authorization'],
  [['cookie'], 'cookie, Authorization'],
  [['AUTHORIZATION,Cookie'], 'AUTHORIZATION, Cookie'],
  [['*'], '*'],
  [['Accept', '*'], '*'],
])('Vary %j goes to the browser as "%s", one header', (values, expected) => {
  expect(
    valuesOf(
      values.flatMap((value) => ['VARY', value]),
      'vary',
    ),
  ).toEqual([expected])
})
