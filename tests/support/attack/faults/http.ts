import type { Fault } from '../front.ts'
import {
  answer,
  answering,
  changed,
  isPost,
  pathOf,
  withAnswerHeaders,
  withBody,
  withMembers,
} from './parts.ts'

/** A server that reads an odd request as an honest one. */
const read = (odd: string | RegExp, honest: string): Fault => ({ bytes: (text) => text.replace(odd, honest) })

const jwt = ['eyJhbGciOiJFUzI1NiJ9', 'eyJzdWIiOiJzb21lYm9keSJ9', 'c2lnbmF0dXJl'].join('.')

export const httpFaults: Record<string, Fault> = {
  'http-length-and-chunked': read('Content-Length: 5\r\n', ''),
  'http-two-lengths': read('Content-Length: 0\r\n', ''),
  'http-odd-length': read('+2', '2'),
  'http-odd-encoding': read('xchunked', 'chunked'),
  'http-space-before-colon': read(' :', ':'),
  'http-folded-line': read('\r\n ', ' '),
  'http-bare-line-feed': read('a\nC', 'a\r\nC'),
  'http-bad-chunk': read('1\r\nhi', '2\r\nhi'),
  'http-two-hosts': read('Host: evil.example\r\n', ''),
  'http-absolute-target': read('http://evil.example/', '/'),
  'http-other-host': {
    request(passing, { kept }) {
      const host = kept.get('host') ?? String(passing.headers.host)
      kept.set('host', host)
      return changed(passing, { host })
    },
  },
  'http-forwarded-host': {
    reply: (reply, { headers }) => {
      const host = headers['x-forwarded-host']
      return host ? { ...reply, body: `${reply.body}<link href="//${host}/">` } : reply
    },
  },
  'http-trace': answering(
    ({ method }) => method === 'TRACE',
    ({ headers }) => answer(200, JSON.stringify(headers)),
  ),
  'http-connect': read(/^CONNECT \S+/, 'GET /api/health'),

  'cookie-flags': withoutFlag('HttpOnly'),
  'cookie-secure': withoutFlag('Secure'),
  'page-scripts': withPolicy((policy) => policy.replace('script-src', "script-src 'unsafe-inline'")),
  'page-frames': withPolicy((policy) => policy.replace("frame-ancestors 'none'", 'frame-ancestors *')),
  'page-sniffing': withAnswerHeaders('/', { 'x-content-type-options': undefined }),
  'page-openers': withAnswerHeaders('/', { 'cross-origin-opener-policy': 'unsafe-none' }),
  'page-referrer': withAnswerHeaders('/', { 'referrer-policy': 'unsafe-url' }),
  'page-caches': withAnswerHeaders('/sessions', { 'cache-control': 'public, max-age=60' }),

  'leak-tokens': withBody('/sessions', (body) => `${body}<!-- ${jwt} -->`),
  'leak-session': withBody('/api/auth/session', (body) =>
    body.trim() === 'null' ? body : withMembers({ accessToken: 'x' })(body),
  ),
  'leak-errors': withBody('/api/nonce', (body) => `${body}\n    at issue (/srv/lib/issue.js:1:2)`),
  'leak-server-actions': answering(
    (passing) => isPost('/')(passing) && /^multipart/.test(String(passing.headers['content-type'])),
    () => answer(500),
  ),
  'leak-metrics': answering(
    (passing) => pathOf(passing) === '/metrics',
    () => answer(200, '# HELP requests_total Requests.\n'),
  ),
  'security-txt': answering(
    (passing) => pathOf(passing) === '/.well-known/security.txt',
    () => answer(200, 'Contact: mailto:security@example.org\n', { 'content-type': 'text/plain' }),
  ),
  'limit-nonces': {
    reply: (reply, passing) =>
      isPost('/api/nonce')(passing) && reply.status === 429 ? answer(200, '{"nonce":"x"}') : reply,
  },
}

function withoutFlag(flag: string): Fault {
  return {
    reply: (reply) => ({
      ...reply,
      headers: {
        ...reply.headers,
        ...(reply.headers['set-cookie'] && {
          'set-cookie': [reply.headers['set-cookie']].flat().map((header) => header.replace(`; ${flag}`, '')),
        }),
      },
    }),
  }
}

function withPolicy(change: (policy: string) => string): Fault {
  const name = 'content-security-policy'
  return {
    reply: (reply) => {
      const policy = reply.headers[name]
      return policy ? { ...reply, headers: { ...reply.headers, [name]: change(String(policy)) } } : reply
    },
  }
}
