import { expect } from 'vitest'
import { rawExchange, rawHead } from '../../support/clients/raw-exchange.ts'
import { listen } from '../../support/partners.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { test as base } from '../../support/test-proxy.ts'

/** What the backend saw of this attempt. A call of an earlier attempt may still arrive. */
let seen: string[] = []
let round = 0

const test = base
  .extend('attempts', served, ({ closing }) =>
    closing(
      listen((request, response) => {
        const [, attempt, path] = /^\/(\d+)(\/.*)$/.exec(request.url ?? '') ?? []
        if (attempt === String(round)) seen.push(`${request.method} ${path}`)
        request.resume().on('end', () => response.end('ok'))
      }, portOf('attempts')),
    ),
  )
  .extend(
    'hidden',
    ({ host, proxy }) =>
      () =>
        rawHead(`GET ${recorded()}/hidden`, `Host: ${host}`, `Cookie: ${proxy.cookie}`, 'Connection: close'),
  )
  /** Sends a request with a second one hidden in what may be its body, and gives all that came back. */
  .extend(
    'attempt',
    ({ proxy, baton, host: own, hidden }) =>
      async ({ target, host, headers, rest = '' }: Attempt) => {
        begin()
        const hosts = host ?? `Host: ${own}\r\n`
        const signedIn = `Cookie: ${proxy.cookie}\r\nSec-Fetch-Site: same-origin\r\n`
        const line = `POST ${target ? target() : `${recorded()}/first`} HTTP/1.1\r\n`
        return rawExchange(baton.address, `${line}${hosts}${signedIn}${headers}\r\n${rest}${hidden()}`)
      },
  )

const recorded = () => `/api/backends/attempts/${round}`

function begin(): void {
  round++
  seen = []
}

type Attempt = { target?: () => string; host?: string; headers: string; rest?: string }

test('two honest requests on one connection both arrive, so that a hidden one would be seen', async ({
  attempt,
}) => {
  const received = await attempt({ headers: 'Content-Length: 2\r\n', rest: 'hi' })
  expect(received.match(/HTTP\/1\.1 200 /g)).toHaveLength(2)
  // Both go on at once, so either may be there first.
  expect(seen.toSorted()).toEqual(['GET /hidden', 'POST /first'])
})

test('what is inside a body stays a body', async ({ hidden, baton, host, proxy }) => {
  begin()
  const length = hidden().length
  const signedIn = [`Cookie: ${proxy.cookie}`, 'Sec-Fetch-Site: same-origin']
  const rest = ['Connection: close', `Content-Length: ${length}`]
  const head = rawHead(`POST ${recorded()}/first`, `Host: ${host}`, ...signedIn, ...rest)
  const received = await rawExchange(baton.address, head + hidden())
  expect(received).toMatch(/^HTTP\/1\.1 200 /)
  expect(seen).toEqual(['POST /first'])
})

const attempts: Record<string, Attempt> = {
  'two different Content-Length': { headers: 'Content-Length: 0\r\nContent-Length: 2\r\n', rest: 'hi' },
  'the same Content-Length twice': { headers: 'Content-Length: 2\r\nContent-Length: 2\r\n', rest: 'hi' },
  'a list of Content-Length': { headers: 'Content-Length: 0, 2\r\n', rest: 'hi' },
  'a signed Content-Length': { headers: 'Content-Length: +2\r\n', rest: 'hi' },
  'a hexadecimal Content-Length': { headers: 'Content-Length: 0x2\r\n', rest: 'hi' },
  'an empty Content-Length': { headers: 'Content-Length: \r\n', rest: '' },
  'Content-Length, then Transfer-Encoding': {
    headers: 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    rest: '0\r\n\r\n',
  },
  'Transfer-Encoding, then Content-Length': {
    headers: 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n',
    rest: '0\r\n\r\n',
  },
  'a Transfer-Encoding that is not chunked': { headers: 'Transfer-Encoding: identity\r\n' },
  'chunked that does not come last': {
    headers: 'Transfer-Encoding: chunked, identity\r\n',
    rest: '0\r\n\r\n',
  },
  'a Transfer-Encoding that looks like chunked': {
    headers: 'Transfer-Encoding: xchunked\r\n',
    rest: '0\r\n\r\n',
  },
  'a space before the colon': { headers: 'Content-Length : 2\r\n', rest: 'hi' },
  'a Transfer-Encoding with a space before the colon': {
    headers: 'Transfer-Encoding : chunked\r\nContent-Length: 5\r\n',
    rest: '0\r\n\r\n',
  },
  'a folded header line': { headers: 'Transfer-Encoding:\r\n chunked\r\n', rest: '0\r\n\r\n' },
  'a folded line first': { headers: ' Content-Length: 2\r\n', rest: 'hi' },
  'a line that ends with LF alone': { headers: 'X-A: b\nContent-Length: 2\r\n', rest: 'hi' },
  'a line that ends with CR alone': { headers: 'X-A: b\rContent-Length: 2\r\n', rest: 'hi' },
  'a head that ends with LF alone': { headers: 'X-A: b\r\n\n', rest: '' },
  'a NUL in a header': { headers: 'X-A: b\0c\r\nContent-Length: 2\r\n', rest: 'hi' },
  'a line without a colon': { headers: 'Content-Length 2\r\n', rest: 'hi' },
  'a chunk size that is none': { headers: 'Transfer-Encoding: chunked\r\n', rest: '0x2\r\nhi\r\n0\r\n\r\n' },
  'a chunk line that ends with LF alone': { headers: 'Transfer-Encoding: chunked\r\n', rest: '2\nhi\n0\n\n' },
  'a chunk that is longer than it says': {
    headers: 'Transfer-Encoding: chunked\r\n',
    rest: '1\r\nhi\r\n0\r\n\r\n',
  },
}

test.for(Object.entries(attempts))('%s hides no second request', async ([, how], { attempt }) => {
  const received = await attempt(how)
  // Refused or closed without a word, and nothing after it was read as a request.
  expect(received).toMatch(/^($|HTTP\/1\.1 4\d\d )/)
  expect(received.match(/HTTP\/1\.1 /g) ?? []).toHaveLength(received ? 1 : 0)
  expect(seen).not.toContain('GET /hidden')
})

test.for([
  ['two Host headers', { host: (own: string) => `Host: ${own}\r\nHost: evil.example\r\n` }],
  ['two Host headers, the own one last', { host: (own: string) => `Host: evil.example\r\nHost: ${own}\r\n` }],
  ['the own Host twice', { host: (own: string) => `Host: ${own}\r\nHost: ${own}\r\n` }],
  ['no Host', { host: () => '' }],
  ['the Host of somebody else', { host: () => 'Host: evil.example\r\n' }],
  ['an absolute target', { target: () => `http://evil.example${recorded()}/first` }],
  ['an absolute target with the own host', { target: (own: string) => `http://${own}${recorded()}/first` }],
  ['a target that is no path', { target: () => `${recorded().slice(1)}/first` }],
  ['a target of two words', { target: () => `${recorded()}/first second` }],
] as const)('a request with %s is refused and not forwarded', async ([, odd], { attempt, host: own }) => {
  const host = 'host' in odd ? odd.host(own) : undefined
  const target = 'target' in odd ? () => odd.target(own) : undefined
  const received = await attempt({
    headers: 'Content-Length: 2\r\nConnection: close\r\n',
    rest: 'hi',
    ...(host !== undefined && { host }),
    ...(target !== undefined && { target }),
  })
  expect(received).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(seen).toEqual([])
})
