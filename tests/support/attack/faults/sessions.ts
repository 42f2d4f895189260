import type { Fault, Passing } from '../front.ts'
import {
  answering,
  changed,
  formOf,
  isPost,
  pathOf,
  queryOf,
  redirect,
  textIn,
  withHeaders,
} from './parts.ts'

const own = { 'sec-fetch-site': 'same-origin', origin: undefined }
const isSession = (pair: string) => pair.startsWith('baton.session')
const isSpending = isPost('/handoff')
const sessionOf = ({ headers }: Passing) => textIn(headers.cookie).split('; ').find(isSession)

/** A sign-out takes the cookie and leaves the session. */
const cookieOnly = answering(isPost('/sign-out'), () => redirect('/'))

const isOfList = (passing: Passing) => /^\/(api\/)?sessions\b/.test(pathOf(passing))

/** Whoever asks for sessions or ends them is taken for this one. */
export const mistakenFor = (
  owner: (passing: Passing, kept: Map<string, string>) => string | undefined,
): Fault => ({
  request(passing, { kept }) {
    const cookie = textIn(passing.headers.cookie)
    if (isPost('/api/nonce')(passing)) kept.set('source', cookie)
    return isOfList(passing) ? changed(passing, { cookie: owner(passing, kept) ?? cookie }) : passing
  },
  reply(reply, passing, { kept }) {
    const sid = pathOf(passing) === '/api/auth/session' && /"sid":"([^"]+)"/.exec(reply.body)?.[1]
    if (sid) kept.set(sid, textIn(passing.headers.cookie))
    return reply
  },
})

export const sessionFaults: Record<string, Fault> = {
  'sign-out-form': withHeaders(isPost('/sign-out'), own),
  'sign-out-link': {
    request: (passing) =>
      pathOf(passing) === '/sign-out' && passing.method === 'GET'
        ? { ...changed(passing, own), method: 'POST' }
        : passing,
  },
  'session-stranger': mistakenFor((passing, kept) => kept.get(pathOf(passing).split('/')[3] ?? '')),
  'session-csrf': withHeaders(isOfList, own),
  'session-reach': mistakenFor((_, kept) => kept.get('source')),
  // The session that stands in the browser is not seen, and so it is not ended.
  'session-fixation': {
    request: (passing) =>
      isSpending(passing)
        ? changed(passing, {
            cookie: textIn(passing.headers.cookie)
              .split('; ')
              .filter((pair) => !isSession(pair))
              .join('; '),
          })
        : passing,
  },
  'session-planted': {
    reply(reply, passing) {
      const planted = isSpending(passing) && sessionOf(passing)
      return planted ? { ...reply, headers: { ...reply.headers, 'set-cookie': `${planted}; Path=/` } } : reply
    },
  },
  'session-ended': cookieOnly,
  'session-child': cookieOnly,

  'redirect-after-hand-off': {
    request(passing, { kept }) {
      const wanted = isPost('/api/nonce')(passing) ? formOf(passing).get('redirect_to') : null
      if (!wanted?.startsWith('//')) return passing
      kept.set('location', wanted)
      return { ...passing, body: '' }
    },
    reply(reply, passing, { kept }) {
      const location = isSpending(passing) && kept.get('location')
      return location ? { ...reply, headers: { ...reply.headers, location } } : reply
    },
  },
  'redirect-sign-in-page': answering(
    (passing) => pathOf(passing) === '/sign-in' && /^\/\/\w/.test(queryOf(passing).get('callbackUrl') ?? ''),
    (passing) => redirect(queryOf(passing).get('callbackUrl') ?? ''),
  ),
  'redirect-after-sign-out': answering(isPost('/sign-out'), (passing) =>
    redirect(formOf(passing).get('callbackUrl') ?? '/'),
  ),
  'redirect-after-logout': answering(
    (passing) => pathOf(passing) === '/oidc/logout',
    (passing) => redirect(queryOf(passing).get('post_logout_redirect_uri') ?? '/'),
  ),
}
