import type { Check } from '../check.ts'
import { pages } from '../pages.ts'
import { must, Skipped } from '../verdict.ts'
import type { Answer, CallOptions } from '../wire/call.ts'
import { addressesIn } from '../wire/html.ts'

const jwt = /\beyJ[\w-]{8,}\.(?:eyJ)?[\w-]{8,}\.[\w-]{8,}/
const known = new Set(['user', 'expires', 'provider', 'sid', 'error'])

const words = ['prisma', 'postgres', 'pglite', 'sqlstate', 'duplicate key', 'ECONNREFUSED', 'node_modules']
const inside = new RegExp(`\\n\\s+at .+:\\d+:\\d+|\\b(${words.join('|')})\\b`, 'i')

const documents = [
  '/api/auth/session',
  '/api/auth/csrf',
  '/api/auth/providers',
  '/api/sessions',
  '/api/health',
  '/api/ready',
]

/** Pages that are looked at, with those that links lead to. */
const mostPages = 60
const routers: Record<string, string>[] = [{}, { rsc: '1' }]

/** The addresses of the same origin that a page leads to, but for files that are the same for everybody. */
const linksIn = ({ text, url }: Answer): string[] =>
  addressesIn(text)
    .map((address) => URL.parse(address, url))
    .filter((address) => address?.origin === url.origin && !address.pathname.startsWith('/_next/'))
    .map((address) => `${address?.pathname}${address?.search}`)

/** Requests that no page sends, each of which some server has answered with its inside. */
const odd: [path: string, options: CallOptions][] = [
  ['/api/nonce', { method: 'POST', body: '{"a":', headers: { 'content-type': 'application/json' } }],
  ['/api/nonce', { method: 'POST', form: { redirect_to: '/\u0000', token: 'x' } }],
  [
    '/api/nonce',
    {
      method: 'POST',
      body: 'token=a&token=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
  ],
  ['/api/auth/callback/none?code=%00&state=%ff', {}],
  ["/api/auth/callback/demo?code='&state='", {}],
  ['/api/auth/signin/none', { method: 'POST', form: { csrfToken: 'x' } }],
  ['/api/backchannel-logout', { method: 'POST', form: { logout_token: 'x.y.z' } }],
  ['/handoff?nonce=%00', {}],
  ["/handoff?nonce='%20OR%201=1--", {}],
  ['/interaction/%ff', {}],
  ['/%c0%ae%c0%ae/etc/passwd', {}],
  ['/oidc/authorize?client_id=%00&scope[]=x', {}],
  ['/oidc/token', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
  ['/oidc/userinfo', { headers: { authorization: 'Bearer \u00ff' } }],
  ['/api/auth/session', { headers: { cookie: 'baton.session=%ff%00; baton.session.0=x' } }],
  ['/api/revocations', { headers: { 'last-event-id': "'" } }],
  ['/_next/image?url=//evil.example/x&w=64&q=75', {}],
  [
    '/sessions',
    { method: 'POST', body: '[]', headers: { 'next-action': 'x', 'content-type': 'text/plain' } },
  ],
]

export const leaks: Check[] = [
  {
    name: 'leak-tokens',
    says: 'no page, document or cookie that a signed-in browser gets, links followed, has a token in it',
    standard: 'RFC 10017, 6.1 and 6.1.2.1; RFC 9700, 4.9.3',
    async run(kit) {
      const browsers = [await kit.accounts.source().catch(() => kit.newcomer()), await kit.signedIn()]
      const { accessToken = '', idToken = '' } = await kit.accounts
        .app()
        .catch(() => ({}) as { accessToken?: string; idToken?: string })
      const secrets = [accessToken, idToken].filter(Boolean)
      for (const browser of browsers) {
        // A set gives what is added while it is walked through.
        const found = new Set([...pages, ...documents])
        for (const path of found)
          for (const headers of routers) {
            const answer = await browser.ownPage(path, { headers })
            const seen = [answer.text, answer.headers.location, ...answer.setCookies].join('\n')
            must(!jwt.test(seen), `${path} has what looks like a JWT: ${jwt.exec(seen)?.[0].slice(0, 24)}…`)
            must(!secrets.some((secret) => seen.includes(secret)), `${path} has a token of the app`)
            if (found.size < mostPages) for (const link of linksIn(answer)) found.add(link)
          }
      }
    },
  },
  {
    name: 'leak-session',
    says: 'a page learns of its session who it is, until when and its id, and nothing more',
    standard: 'RFC 10017, 6.1.2.1',
    async run(kit) {
      const session = await (await kit.signedIn()).session()
      const more = Object.keys(session ?? {}).filter((member) => !known.has(member))
      must(session, '/api/auth/session knows nobody')
      must(more.length === 0, `/api/auth/session says ${more.join(', ')} besides`)
    },
  },
  {
    name: 'leak-errors',
    says: 'no input gives a 500, and no error shows a stack or a word of the database',
    standard: 'OWASP ASVS 5.0, 16.5.1; RFC 6749, 5.2',
    async run({ call }) {
      for (const [path, options] of odd) {
        const answer = await call(path, options)
        const what = `${options.method ?? 'GET'} ${path}`
        must(answer.status !== 500, `${what} is answered 500`)
        const found = inside.exec(answer.text)?.[0].trim()
        must(!found, `${what} shows its inside: ${found}`)
      }
    },
  },
  {
    name: 'leak-server-actions',
    says: 'multipart forms and made-up Server Actions are refused, without a 500',
    standard: 'RFC 7578, 4; Next.js (Server Actions)',
    async run({ call }) {
      const broken = '--kit\r\nContent-Disposition: form-data; name="1_$ACTION_ID_x"\r\n\r\n'
      const kinds: CallOptions[] = [
        { headers: { 'content-type': 'multipart/form-data; boundary=kit' }, body: broken },
        { headers: { 'content-type': 'multipart/form-data' }, body: '' },
        { headers: { 'next-action': '0'.repeat(42), 'content-type': 'text/plain' }, body: '[]' },
      ]
      for (const path of ['/', '/sign-in', '/handoff', '/none/such'])
        for (const kind of kinds) {
          const answer = await call(path, { method: 'POST', ...kind })
          must(
            isRefusal(answer),
            `POST ${path} with ${JSON.stringify(kind.headers)} is answered ${answer.status}`,
          )
        }
    },
  },
  {
    name: 'leak-metrics',
    says: 'the metrics are not on the public port',
    standard: 'OWASP ASVS 5.0, 13.4',
    async run({ call }) {
      for (const path of ['/metrics', '/api/metrics', '/debug/pprof/', '/.env', '/.git/config']) {
        const { status, text } = await call(path)
        const isShown = status === 200 && /^# (HELP|TYPE) |^\[core\]|^\w+=/m.test(text)
        must(!isShown, `${path} is answered on the public port`)
      }
    },
  },
  {
    name: 'security-txt',
    says: 'people who find a hole learn whom to tell',
    standard: 'RFC 9116, 2.5 and 3',
    async run({ call }) {
      const { status, headers, text } = await call('/.well-known/security.txt')
      if (status === 404)
        throw new Skipped('there is no /.well-known/security.txt; set securityContact in the configuration')
      must(status === 200, `/.well-known/security.txt is answered ${status}`)
      must(/^text\/plain/.test(String(headers['content-type'])), `it is ${headers['content-type']}`)
      must(/^Contact: *(mailto:|https:\/\/|tel:)\S/im.test(text), 'it has no Contact')
      const expires = /^Expires: *(\S+)/im.exec(text)?.[1] ?? 'absent'
      must(Date.parse(expires) > Date.now(), `its Expires is ${expires}`)
    },
  },
]

const isRefusal = ({ status }: Answer) => status >= 400 && status < 500
