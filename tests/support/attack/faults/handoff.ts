import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Hand, Passing, Reply } from '../front.ts'
import {
  answer,
  changed,
  cookiesOf,
  formOf,
  isPost,
  pathOf,
  queryOf,
  textIn,
  withAnswerHeaders,
  withBody,
  withFields,
  withForm,
  withHeaders,
  withMembers,
} from './parts.ts'

const nonceIn = (passing: Passing) => queryOf(passing).get('nonce')
const isPage = (passing: Passing) => pathOf(passing) === '/handoff' && nonceIn(passing) !== null
const isSpending = isPost('/handoff')
const tokenIn = (page: string) => /name="csrf_token" value="([^"]*)"/.exec(page)?.[1] ?? ''

/** Spends the nonce of a page that is merely looked at. */
async function spend(passing: Passing, { ask }: Hand): Promise<Reply> {
  const page = await ask({ ...passing, method: 'GET' })
  const form = { nonce: nonceIn(passing) ?? '', csrf_token: tokenIn(page.body) }
  const headers = {
    host: passing.headers.host,
    cookie: cookiesOf(page),
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
  }
  return ask({ method: 'POST', target: '/handoff', headers, body: String(new URLSearchParams(form)) })
}

/** A page that is looked at in this way spends its nonce. */
function spentBy(isMeant: (passing: Passing) => boolean): Fault {
  return {
    async reply(reply, passing, hand) {
      if (isPage(passing) && isMeant(passing)) await spend(passing, hand)
      return reply
    },
  }
}

/** The answer that spent a nonce is given to every other browser that wants to spend it. */
const cached: Fault = {
  async reply(reply, passing, { kept }) {
    if (!isSpending(passing)) return reply
    const nonce = formOf(passing).get('nonce') ?? ''
    if (reply.status === 303) kept.set(nonce, JSON.stringify(reply))
    while (!kept.has(nonce)) await sleep(5)
    return JSON.parse(kept.get(nonce) ?? '')
  },
}

/** What was seen of a page is put into every form for its nonce. */
function completed(complete: (passing: Passing, page: { token: string; cookie: string }) => Passing): Fault {
  return {
    reply(reply, passing, { kept }) {
      if (isPage(passing) && reply.status === 200) {
        const page = { token: tokenIn(reply.body), cookie: cookiesOf(reply) }
        kept.set(nonceIn(passing) ?? '', JSON.stringify(page))
      }
      return reply
    },
    request(passing, { kept }) {
      const page = isSpending(passing) && kept.get(formOf(passing).get('nonce') ?? '')
      return page ? complete(passing, JSON.parse(page)) : passing
    },
  }
}

const unbound = withFields('/api/nonce', { code_challenge: undefined, code_challenge_method: undefined })
const untargeted = withFields('/api/nonce', { target: undefined })
const from = (site: string) => (passing: Passing) =>
  isSpending(passing) && passing.headers['sec-fetch-site'] === site
const own = { 'sec-fetch-site': 'same-origin', origin: undefined }
const lastOfEach = (cookie: string) =>
  [...new Map(cookie.split('; ').map((pair) => [pair.split('=')[0], pair])).values()].join('; ')

/** Of cookies with one name, the last one counts. */
const lenientCookies: Fault = {
  request: (passing) => changed(passing, { cookie: lastOfEach(textIn(passing.headers.cookie)) || undefined }),
}

/** Who opens the page of a nonce is signed in. */
export const signedInByLink: Fault = {
  async reply(reply, passing, hand) {
    if (!isPage(passing)) return reply
    const { headers } = await spend(passing, hand)
    return { ...reply, headers: { ...reply.headers, 'set-cookie': headers['set-cookie'] } }
  },
}

export const handoffFaults: Record<string, Fault> = {
  'nonce-replay': cached,
  'nonce-race': cached,
  'nonce-same-browser': {
    request(passing, { kept }) {
      const nonce = isSpending(passing) ? (formOf(passing).get('nonce') ?? '') : ''
      if (nonce && kept.has(nonce)) return answer(410)
      if (nonce) kept.set(nonce, 'spent')
      return passing
    },
  },
  'nonce-head': spentBy(({ method }) => method === 'HEAD'),
  'nonce-get': spentBy(({ method }) => method === 'GET'),
  'nonce-prefetch': spentBy(({ headers }) => headers['sec-purpose'] === 'prefetch'),
  'nonce-preview': spentBy(({ headers }) => textIn(headers['user-agent']).startsWith('Slackbot')),

  'verifier-missing': unbound,
  'verifier-wrong': unbound,
  'verifier-plain': withFields('/api/nonce', { code_challenge_method: 'S256' }),
  'nonce-other-target': untargeted,
  'nonce-unknown-target': untargeted,
  'nonce-strength': withBody('/api/nonce', withMembers({ expires_in: 3600 })),
  'nonce-status-stranger': {
    request(passing, { kept }) {
      const cookie = textIn(passing.headers.cookie)
      if (pathOf(passing) === '/api/nonce') kept.set('source', cookie)
      return pathOf(passing) === '/api/nonce/status'
        ? changed(passing, { cookie: kept.get('source') })
        : passing
    },
  },

  'nonce-referrer': withAnswerHeaders('/handoff', { 'referrer-policy': undefined }),
  'nonce-address-bar': withBody('/handoff', (body, { target }) => `${body}<a href="${target}">Continue</a>`),
  'nonce-not-kept': withAnswerHeaders('/handoff', { 'cache-control': 'public, max-age=60' }),
  'nonce-look-alike': {
    reply(reply, passing, { kept }) {
      if (isSpending(passing)) kept.set(formOf(passing).get('nonce') ?? '', 'spent')
      return kept.has(nonceIn(passing) ?? '') ? { ...reply, body: `${reply.body}It was used.` } : reply
    },
  },

  'login-link': withBody('/handoff', (body) => body.replace('<form ', '<form data-sends-itself="true" ')),
  'login-form-cross-site': withHeaders(from('cross-site'), own),
  'login-form-same-site': withHeaders(from('same-site'), own),
  'login-form-token': completed((passing, { token }) => withForm(passing, { csrf_token: token })),
  'login-form-foreign-page': completed((passing, { cookie }) => changed(passing, { cookie })),
  'login-planted-page': lenientCookies,
  'login-planted-session': lenientCookies,
  'sign-in-form': withHeaders(isPost('/sign-in'), own),
  'sign-in-callback': {
    reply(reply, passing, { kept }) {
      if (isPost('/sign-in')(passing) && cookiesOf(reply)) kept.set('sign-in', cookiesOf(reply))
      return reply
    },
    request: (passing, { kept }) =>
      pathOf(passing).startsWith('/api/auth/callback/')
        ? changed(passing, { cookie: kept.get('sign-in') })
        : passing,
  },
}
