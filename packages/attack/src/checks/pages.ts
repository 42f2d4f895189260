import type { Check } from '../check.ts'
import type { Kit } from '../kit.ts'
import { pages } from '../pages.ts'
import { givesSession } from '../people/cookies.ts'
import { must, Skipped } from '../verdict.ts'
import type { Answer } from '../wire/call.ts'

/** One that is nothing has the headers of a page too. */
const looked = [...pages, '/none/such']

/** Gives every page to `look`, as a stranger sees it and as one who is signed in. */
async function everyPage(kit: Kit, look: (path: string, answer: Answer) => void): Promise<void> {
  let seen = 0
  for (const browser of [kit.newcomer(), await kit.signedIn()])
    for (const path of looked) {
      const answer = await browser.request(path, { headers: { accept: 'text/html' } })
      if (!answer.headers['content-type']?.startsWith('text/html')) continue
      seen++
      look(path, answer)
    }
  must(seen > looked.length, `only ${seen} of ${2 * looked.length} pages are HTML`)
}

const directive = (policy: string, name: string) =>
  new RegExp(`(?:^|;)\\s*${name}\\s+([^;]*)`).exec(policy)?.[1] ?? 'absent'

const sessionCookiesOf = async (kit: Kit): Promise<string[]> => {
  const answer = await kit.newcomer().redeem(await kit.ask())
  const cookies = answer.setCookies.filter(givesSession)
  if (cookies.length === 0) throw new Skipped(`no hand-off works here: /handoff answers ${answer.status}`)
  return cookies
}

export const pageChecks: Check[] = [
  {
    name: 'cookie-flags',
    says: 'the session cookie is HttpOnly, Lax, for the path / and for this host alone',
    standard: 'RFC 10017, 6.1.3.2; RFC 6265bis, 5.6',
    async run(kit) {
      for (const cookie of await sessionCookiesOf(kit)) {
        must(/;\s*httponly/i.test(cookie), 'the session cookie is not HttpOnly')
        must(/;\s*samesite=(lax|strict)/i.test(cookie), 'the session cookie is not SameSite=Lax')
        must(/;\s*path=\/(;|$)/i.test(cookie), 'the session cookie has another path than /')
        must(!/;\s*domain=/i.test(cookie), 'the session cookie has a Domain')
      }
    },
  },
  {
    name: 'cookie-secure',
    says: 'over https the session cookie is Secure, and has a name that nobody else can set',
    standard: 'RFC 10017, 6.1.3.2; RFC 6265bis, 4.1.3',
    async run(kit) {
      if (kit.url.protocol !== 'https:') throw new Skipped('the address is http; attack the https one')
      for (const cookie of await sessionCookiesOf(kit)) {
        must(/;\s*secure/i.test(cookie), 'the session cookie is not Secure')
        must(cookie.startsWith('__Host-'), `the session cookie is named ${cookie.split('=')[0]}`)
      }
    },
  },
  {
    name: 'page-scripts',
    says: 'pages run the scripts of their own alone (Content-Security-Policy)',
    standard: 'CSP Level 3, 6; RFC 10017, 6.1.4',
    run: (kit) =>
      everyPage(kit, (path, { headers }) => {
        const policy = headers['content-security-policy'] ?? ''
        must(policy, `${path} has no Content-Security-Policy`)
        // Pictures and fonts run nothing.
        const active = policy.replace(/(img|font)-src[^;]*/g, '')
        must(!/unsafe-(inline|eval)|\s\*|\sdata:/.test(active), `${path} has ${policy}`)
        for (const name of ['object-src', 'base-uri'])
          must(directive(policy, name) === "'none'", `${name} of ${path} is ${directive(policy, name)}`)
        must(directive(policy, 'default-src') !== 'absent', `${path} has no default-src`)
      }),
  },
  {
    name: 'page-frames',
    says: 'no page can be framed',
    standard: 'RFC 9700, 4.16; CSP Level 3, 6.4.2 (frame-ancestors)',
    run: (kit) =>
      everyPage(kit, (path, { headers }) => {
        const framers = directive(headers['content-security-policy'] ?? '', 'frame-ancestors')
        must(framers === "'none'", `frame-ancestors of ${path} is ${framers}`)
      }),
  },
  {
    name: 'page-sniffing',
    says: 'no answer is taken for another kind of file than it says',
    standard: 'Fetch (X-Content-Type-Options)',
    async run(kit) {
      await everyPage(kit, (path, { headers }) =>
        must(
          headers['x-content-type-options'] === 'nosniff',
          `${path} has no X-Content-Type-Options: nosniff`,
        ),
      )
    },
  },
  {
    name: 'page-openers',
    says: 'no page of another origin keeps a handle of a page that it opened',
    standard: 'HTML (Cross-Origin-Opener-Policy)',
    run: (kit) =>
      everyPage(kit, (path, { headers }) => {
        const policy = headers['cross-origin-opener-policy'] ?? 'absent'
        must(policy === 'same-origin', `Cross-Origin-Opener-Policy of ${path} is ${policy}`)
      }),
  },
  {
    name: 'page-referrer',
    says: 'no page tells another site the address that one comes from',
    standard: 'RFC 9700, 4.2.4; Referrer Policy',
    run: (kit) =>
      everyPage(kit, (path, { headers }) => {
        const policy = headers['referrer-policy'] ?? 'absent'
        must(/^(no-referrer|same-origin)$/.test(policy), `Referrer-Policy of ${path} is ${policy}`)
      }),
  },
  {
    name: 'page-caches',
    says: 'no cache keeps what is for one person',
    standard: 'RFC 9111, 5.2.2.5',
    async run(kit) {
      const browser = await kit.signedIn()
      for (const path of [
        '/',
        '/sessions',
        '/activity',
        '/api/sessions',
        '/api/auth/session',
        '/api/auth/csrf',
      ]) {
        const cache = (await browser.request(path)).headers['cache-control'] ?? 'absent'
        must(
          /no-store|private/.test(cache) && !/public|s-maxage/.test(cache),
          `Cache-Control of ${path} is ${cache}`,
        )
      }
    },
  },
]
