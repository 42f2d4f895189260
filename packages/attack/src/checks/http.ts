import type { Check } from '../check.ts'
import type { Kit } from '../kit.ts'
import { must } from '../verdict.ts'
import type { Raw, RawAnswer } from '../wire/raw.ts'

/** An address that answers everybody 200, and lets a body be. */
const open = '/api/auth/session'

type Attempt = {
  target?: string
  /** Lines between the `Host` and the end of the head. */
  lines: string[]
  host?: string[]
  body?: string
}

/** The bytes of a request with a second one behind what may be its body. */
function bytesOf({ host: own }: URL, { target = open, lines, host, body = '' }: Attempt): string {
  const hosts = (host ?? ['Host: OWN']).map((line) => line.replace('OWN', own))
  const head = [`GET ${target} HTTP/1.1`, ...hosts, ...lines].join('\r\n')
  const hidden = `GET ${open} HTTP/1.1\r\nHost: ${own}\r\nConnection: close\r\n\r\n`
  const isAlone = lines.includes('Connection: close')
  return `${head}\r\n\r\n${body}${isAlone ? '' : hidden}`
}

/**
 * Whether the server closed without an answer, which is a refusal. One that does neither waits for more: to
 * it the request has not ended.
 */
function isDropped(what: string, { received, isClosed }: RawAnswer): boolean {
  must(received || isClosed, `${what} hangs: the server neither answers nor closes the connection`)
  return received === ''
}

/** An honest server refuses the first request, or closes without a word; it answers no second one. */
async function mustRefuse(raw: Raw, { url }: Kit, what: string, attempt: Attempt): Promise<void> {
  const answer = await raw(bytesOf(url, attempt))
  if (isDropped(what, answer)) return
  const statuses = [...answer.received.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) =>
    Number(status),
  )
  must(statuses.length > 0, `${what} is answered without a status`)
  // 501 is for an encoding that a server does not know.
  const isRefused = statuses.every((status) => (status >= 400 && status < 500) || status === 501)
  must(isRefused, `${what} is answered ${statuses}: it was taken, or what hides behind it`)
}

/** A check of requests of one kind that a server has to refuse. */
function refused(name: string, what: string, standard: string, attempts: Attempt[]): Check {
  return {
    name,
    says: `${what} is refused, with what hides behind it`,
    standard,
    async run(kit) {
      const raw = await kit.openRaw()
      for (const attempt of attempts) await mustRefuse(raw, kit, what, attempt)
    },
  }
}

const chunked = '0\r\n\r\n'

export const http: Check[] = [
  refused(
    'http-length-and-chunked',
    'a request with Content-Length and Transfer-Encoding',
    'RFC 9112, 6.1 and 6.3',
    [
      { lines: ['Content-Length: 5', 'Transfer-Encoding: chunked'], body: chunked },
      { lines: ['Transfer-Encoding: chunked', 'Content-Length: 5'], body: chunked },
    ],
  ),
  refused('http-two-lengths', 'a request with two Content-Length', 'RFC 9112, 6.3', [
    { lines: ['Content-Length: 0', 'Content-Length: 2'], body: 'hi' },
    { lines: ['Content-Length: 0, 2'], body: 'hi' },
  ]),
  refused('http-odd-length', 'a Content-Length that is no number', 'RFC 9110, 8.6', [
    { lines: ['Content-Length: +2'], body: 'hi' },
    { lines: ['Content-Length: 0x2'], body: 'hi' },
  ]),
  refused('http-odd-encoding', 'a Transfer-Encoding that does not end with chunked', 'RFC 9112, 6.1', [
    { lines: ['Transfer-Encoding: xchunked'], body: chunked },
    { lines: ['Transfer-Encoding: chunked, identity'], body: chunked },
  ]),
  refused('http-space-before-colon', 'a header with a space before its colon', 'RFC 9112, 5.1', [
    { lines: ['Content-Length : 2'], body: 'hi' },
    { lines: ['Transfer-Encoding : chunked', 'Content-Length: 5'], body: chunked },
  ]),
  refused('http-folded-line', 'a folded header line', 'RFC 9112, 5.2', [
    { lines: ['X-Kit: a', ' b', 'Content-Length: 0'] },
    { lines: ['Transfer-Encoding:', ' chunked'], body: chunked },
  ]),
  refused('http-bare-line-feed', 'a header line that ends with LF alone', 'RFC 9112, 2.2', [
    { lines: ['X-Kit: a\nContent-Length: 2'], body: 'hi' },
  ]),
  refused('http-bad-chunk', 'a chunk that is not as long as it says', 'RFC 9112, 7.1', [
    { lines: ['Transfer-Encoding: chunked'], body: '1\r\nhi\r\n0\r\n\r\n' },
    { lines: ['Transfer-Encoding: chunked'], body: '0x2\r\nhi\r\n0\r\n\r\n' },
  ]),
  refused('http-two-hosts', 'a request with two Host headers, or none', 'RFC 9112, 3.2', [
    { host: ['Host: evil.example', 'Host: OWN'], lines: ['Content-Length: 0', 'Connection: close'] },
    { host: [], lines: ['Content-Length: 0', 'Connection: close'] },
  ]),
  {
    name: 'http-absolute-target',
    says: 'a target that names another host than the Host header is refused',
    standard: 'RFC 9112, 3.2.2',
    async run(kit) {
      const attempt = {
        target: 'http://evil.example/sign-in',
        lines: ['Content-Length: 0', 'Connection: close'],
      }
      await mustRefuse(await kit.openRaw(), kit, 'it', attempt)
    },
  },
  {
    name: 'http-other-host',
    says: 'a request for another host is refused, and its name gets into no answer',
    standard: 'RFC 9110, 7.4; RFC 9110, 15.5.20',
    async run({ call }) {
      for (const path of ['/', '/sign-in', '/api/auth/providers', '/oidc/.well-known/openid-configuration']) {
        const answer = await call(path, { headers: { host: 'evil.example' } })
        const isRefused = answer.status >= 400 && answer.status < 500
        must(isRefused, `${path} for the host evil.example is answered ${answer.status}, not 421`)
        const shown = answer.text + JSON.stringify(answer.headers)
        must(!shown.includes('evil.example'), `the answer of ${path} names evil.example`)
      }
    },
  },
  {
    name: 'http-forwarded-host',
    says: 'X-Forwarded-Host, Forwarded and their like change no address of an answer',
    standard: 'RFC 7239, 8.1; RFC 9700, 4.13',
    async run({ call }) {
      const headers = {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'gopher',
        'x-forwarded-prefix': '/evil.example',
        'x-original-url': '/evil.example',
        'x-rewrite-url': '/evil.example',
        'x-host': 'evil.example',
        forwarded: 'host=evil.example;proto=gopher',
      }
      for (const path of [
        '/sessions',
        '/sign-in',
        '/api/auth/providers',
        '/oidc/.well-known/openid-configuration',
      ]) {
        const answer = await call(path, { headers })
        const shown = answer.text + JSON.stringify(answer.headers)
        must(!/evil\.example|gopher/.test(shown), `the answer of ${path} takes an address from the caller`)
      }
    },
  },
  {
    name: 'http-trace',
    says: 'TRACE is refused, and gives no request back',
    standard: 'RFC 9110, 9.3.8',
    async run({ call, options }) {
      for (const path of ['/', '/api/nonce', `/api/backends/${options.backend}/`]) {
        const answer = await call(path, { method: 'TRACE', headers: { 'x-kit': 'traced-by-the-kit' } })
        must(answer.status >= 400, `TRACE ${path} is answered ${answer.status}`)
        must(!answer.text.includes('traced-by-the-kit'), `TRACE ${path} gives the request back`)
      }
    },
  },
  {
    name: 'http-connect',
    says: 'CONNECT opens no tunnel',
    standard: 'RFC 9110, 9.3.6',
    async run({ openRaw, url }) {
      const raw = await openRaw()
      for (const target of ['evil.example:443', '127.0.0.1:22', url.host]) {
        const answer = await raw(`CONNECT ${target} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`)
        if (isDropped(`CONNECT ${target}`, answer)) continue
        const status = /^HTTP\/1\.[01] (\d{3}) /.exec(answer.received)?.[1] ?? 'without a status'
        must(/^[345]/.test(status), `CONNECT ${target} is answered ${status}`)
      }
    },
  },
]
