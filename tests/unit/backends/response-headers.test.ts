import { expect, test } from 'vitest'
import { pairs } from '#lib/backends/request-headers.ts'
import { responseHeaders, trailerFields } from '#lib/backends/response-headers.ts'

const at = {
  backend: {
    name: 'one',
    url: 'http://backend.test/v1',
    rewriteLinks: true,
    responseHeaders: ['authentication-info', 'x-frame-options'],
  },
  path: '/v1/things',
  origin: 'https://baton.test',
}
const sent = (rawHeaders: string[], status = 200) => [...pairs(responseHeaders(status, rawHeaders, at))]
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
  'Content-Security-Policy-Report-Only',
  'Cross-Origin-Opener-Policy',
  'NEL',
  'Permissions-Policy',
  'Public-Key-Pins',
  'Referrer-Policy',
  'Refresh-Everything',
  'Reporting-Endpoints',
  'Sec-Session-Registration',
  'Sec-WebSocket-Accept',
  'Server',
  'Set-Login',
  'SourceMap',
  'Speculation-Rules',
  'Supports-Loading-Mode',
  'Timing-Allow-Origin',
  'Use-As-Dictionary',
  'Via',
  'X-Accel-Buffering',
  'X-Accel-Redirect',
  'X-DNS-Prefetch-Control',
  'X-Lighttpd-Send-Tempfile',
  'X-LiteSpeed-Location',
  'X-Permitted-Cross-Domain-Policies',
  'X-Reproxy-URL',
  'X-Sendfile',
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

test.each([
  'Accept-Patch',
  'Accept-Ranges',
  'Age',
  'Allow',
  'Content-Digest',
  'Content-Disposition',
  'Content-Length',
  'Content-Type',
  'DAV',
  'Date',
  'Deprecation',
  'Digest',
  'ETag',
  'Expires',
  'Grpc-Status',
  'Last-Modified',
  'Lock-Token',
  'Mcp-Session-Id',
  'OData-Version',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Repr-Digest',
  'Retry-After',
  'Server-Timing',
  'Sunset',
  'Traceresponse',
  'Tus-Resumable',
  'Upload-Offset',
  'Warning',
  'X-Total-Count',
  'X-Trace-ID',
  // the backend's own
  'Authentication-Info',
  'X-Frame-Options',
])('%s of a backend reaches the browser as it is', (name) => {
  expect(valuesOf([name, 'a', name, 'b'], name.toLowerCase())).toEqual(['a', 'b'])
})

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

test.each([
  ['Bearer', true],
  ['Bearer realm="a, Basic", error="invalid_token"', true],
  ['DPoP algs="ES256 PS256"', true],
  ['bearer realm="x", DPoP algs="ES256"', true],
  ['Basic realm="Baton"', false],
  ['Bearer realm="x", Basic realm="y"', false],
  ['Bearer realm="x\\", Basic", Basic realm="y"', false],
  ['Bearer realm="x, Basic realm=y', false],
  // The first of two headers that make one list.
  ['Bearer a="', false],
  ['Bearer a="x\\\\"', false],
  ['Negotiate', false],
  ['Bearer, Negotiate abc==', false],
  ['Digest realm="x", nonce="y"', false],
  ['BearerX', false],
  ['', false],
])('WWW-Authenticate: %s is sent back: %s', (value, isSentBack) => {
  expect(valuesOf(['WWW-Authenticate', value], 'www-authenticate')).toEqual(isSentBack ? [value] : [])
})

test.each([301, 302, 303, 307, 308])('a redirect (%i) to Baton itself is no answer', (status) => {
  expect(() => sent(['Location', 'https://baton.test/sign-out'], status)).toThrow(
    expect.objectContaining({ code: 'bad_gateway' }),
  )
})

test('a link to Baton itself that is no redirect is dropped', () => {
  for (const name of ['Location', 'Content-Location'])
    expect(valuesOf([name, 'https://baton.test/session'], name.toLowerCase())).toEqual([])
  expect(valuesOf(['Link', '<https://baton.test/session>; rel=next'], 'link')).toEqual([])
  expect(valuesOf(['Refresh', '0;url=https://baton.test/sign-out'], 'refresh')).toEqual([])
})

test.each([200, 201, 300, 304, 404])('a Location of a %i is no redirect, and dropped', (status) => {
  expect(sent(['Location', 'https://baton.test/session', 'ETag', '"a"'], status)).toContainEqual([
    'ETag',
    '"a"',
  ])
  expect(sent(['Location', 'https://baton.test/session'], status)).toEqual(sent([], status))
})

test('trailer fields frame nothing and lead nowhere', () => {
  const fields = {
    'content-length': '5',
    'content-type': 'text/html',
    location: '/v1/a',
    vary: 'a',
    etag: '"a"',
  }
  expect(trailerFields({ ...fields, 'x-sum': ['1', '2'] }, at)).toEqual([
    ['etag', '"a"'],
    ['x-sum', '1'],
    ['x-sum', '2'],
  ])
})

test('a refused handshake says which version of WebSocket the backend has', () => {
  const raw = ['Sec-WebSocket-Version', '13', 'Upgrade', 'websocket']
  const refused = [...pairs(responseHeaders(426, raw, { ...at, isHandshake: true }))]
  expect(refused).toContainEqual(['Sec-WebSocket-Version', '13'])
  expect(sent(raw, 426)).not.toContainEqual(['Sec-WebSocket-Version', '13'])
})
