import type { Fault, Passing } from '../front.ts'
import { changed, isPost, pathOf, queryOf, redirect, withAnswerHeaders, withHeaders } from './parts.ts'

const isCall = (passing: Passing) => pathOf(passing).startsWith('/api/backends/')
const own = { 'sec-fetch-site': 'same-origin', origin: undefined }
const demo = '/api/backends/demo/api/authenticated/echo'

/** The backend gets these headers of the caller. */
function passedOn(...names: string[]): Fault {
  return {
    reply(reply, passing) {
      if (!isCall(passing) || !reply.body.startsWith('{"method"')) return reply
      const echoed = JSON.parse(reply.body)
      for (const name of names) echoed.headers[name] = passing.headers[name]
      return { ...reply, body: JSON.stringify(echoed) }
    },
  }
}

export const proxyFaults: Record<string, Fault> = {
  'proxy-path': {
    request: (passing) =>
      isCall(passing) && /\.\.|%/.test(passing.target) ? { ...passing, target: `${demo}/secret` } : passing,
  },
  'proxy-unlisted': {
    request: (passing) =>
      passing.target.startsWith('/api/backends/unknown-') ? { ...passing, target: demo } : passing,
  },
  'proxy-no-session': {
    reply: (reply, passing) => (isCall(passing) && reply.status === 401 ? redirect('/sign-in') : reply),
  },
  'proxy-bad-bearer': withHeaders(({ headers }) => headers.cookie !== undefined, {
    authorization: undefined,
  }),
  'proxy-query-token': {
    request(passing) {
      const token = queryOf(passing).get('access_token')
      return token === null ? passing : changed(passing, { authorization: `Bearer ${token}` })
    },
  },
  'proxy-credentials': passedOn('cookie'),
  'proxy-hop-by-hop': passedOn('x-requested-with'),
  'proxy-forwarded': passedOn('x-forwarded-for'),
  'proxy-csrf-fetch': withHeaders(isCall, own),
  'proxy-csrf-origin': withHeaders((passing) => isCall(passing) && !passing.headers['sec-fetch-site'], own),
  'proxy-csrf-navigate': withHeaders(isCall, { 'sec-fetch-mode': 'cors' }),
  'proxy-service-worker': withHeaders(isCall, { 'service-worker': undefined }),
  'proxy-answer': withAnswerHeaders('/api/backends/', { 'set-cookie': 'of-the-backend=1' }),

  'cors-foreign': {
    reply: (reply, { headers }) => ({
      ...reply,
      headers: { ...reply.headers, ...(headers.origin && { 'access-control-allow-origin': headers.origin }) },
    }),
  },
  'nonce-csrf': withHeaders(isPost('/api/nonce'), own),
  'websocket-foreign': {
    bytes: (text) => text.replace('Origin: https://evil.example', 'Sec-Fetch-Site: same-origin'),
  },
}
