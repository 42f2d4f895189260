import type { Check } from '../check.ts'
import type { Kit } from '../kit.ts'
import { type Browser, signsIn } from '../people/browser.ts'
import { beginAtDemo, fillIn } from '../people/demo.ts'
import { must, Skipped } from '../verdict.ts'
import type { CallOptions } from '../wire/call.ts'

const evil = 'https://evil.example'

/** Opens the attacker's nonce in the victim's browser, and sends its form in this way. */
async function mustRefuseForm(
  kit: Kit,
  how: string,
  change: (fields: Record<string, string>) => Record<string, string>,
  headers: Record<string, string>,
): Promise<void> {
  const nonce = await kit.ask()
  const victim = kit.newcomer()
  const { fields } = await victim.open(nonce)
  const answer = await victim.request('/handoff', { method: 'POST', form: change(fields), headers })
  must(!signsIn(answer), `${how} signs the visitor in`)
  must(answer.status === 403, `${how} is answered ${answer.status}, not 403`)
  must(signsIn(await kit.newcomer().redeem(nonce)), `${how} spent the nonce`)
}

const asIs = (fields: Record<string, string>) => fields
const withoutToken = ({ csrf_token: _, ...fields }: Record<string, string>) => fields

export const loginCsrf: Check[] = [
  {
    name: 'login-link',
    says: 'a link on another site signs no visitor in, by itself or by a form that sends itself',
    standard: 'RFC 9700, 4.7; OpenID Connect Core, 4',
    async run(kit) {
      const nonce = await kit.ask()
      const victim = kit.newcomer()
      const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', referer: `${evil}/` }
      const page = await victim.request(`/handoff?nonce=${nonce.nonce}`, { headers })
      must(!signsIn(page) && !(await victim.session()), 'a link signs the visitor in without their doing')
      // The page runs no script here, and marks a form that its script would send.
      const sendsItself = /<form\b[^>]*\sdata-sends-itself\b/i.test(page.text)
      must(!sendsItself, 'the page of a link signs the visitor in without a question: see handoff.confirm')
    },
  },
  {
    name: 'login-form-cross-site',
    says: 'a form of another site signs no visitor in, even with the right token',
    standard: 'Fetch Metadata; RFC 9700, 4.7',
    run: (kit) =>
      mustRefuseForm(kit, 'a form of another site', asIs, { 'sec-fetch-site': 'cross-site', origin: evil }),
  },
  {
    name: 'login-form-same-site',
    says: 'a form of a sibling subdomain signs no visitor in, even with the right token',
    standard: 'Fetch Metadata; RFC 10017, 6.1.3.3',
    run: (kit) => mustRefuseForm(kit, 'a form of a sibling', asIs, { 'sec-fetch-site': 'same-site' }),
  },
  {
    name: 'login-form-token',
    says: 'a form without the token of its page signs no visitor in, whatever the browser says of it',
    standard: 'RFC 10017, 6.1.3.3.3; RFC 9700, 4.7',
    async run(kit) {
      const ways: Record<string, string>[] = [{ 'sec-fetch-site': 'same-origin' }, { origin: 'null' }, {}]
      for (const headers of ways)
        await mustRefuseForm(
          kit,
          `a form without a token (${JSON.stringify(headers)})`,
          withoutToken,
          headers,
        )
    },
  },
  {
    name: 'login-form-foreign-page',
    says: "a form with the token of the attacker's own page signs no visitor in",
    standard: 'RFC 9700, 4.7 (bound to the browser)',
    async run(kit) {
      const nonce = await kit.ask()
      const { fields } = await kit.newcomer().open(nonce)
      const victim = kit.newcomer()
      const answer = await victim.ownPage('/handoff', { method: 'POST', form: fields })
      must(!signsIn(answer), "the token of the attacker's page counts in the browser of the visitor")
      must(answer.status === 403, `it is answered ${answer.status}, not 403`)
    },
  },
  {
    name: 'login-planted-page',
    says: 'a second cookie of the page, such as a sibling subdomain can plant, makes neither count',
    standard: 'RFC 6265bis, 4.1.3 (prefixes); RFC 10017, 6.1.3.2',
    async run(kit) {
      const nonce = await kit.ask()
      const attacker = kit.newcomer()
      const { fields } = await attacker.open(nonce)
      const planted = attacker.cookies()
      const name = planted.split('=')[0]
      for (const cookie of [`${name}=of-the-visitor; ${planted}`, `${planted}; ${name}=of-the-visitor`]) {
        const headers = { cookie, 'sec-fetch-site': 'same-origin' }
        const answer = await kit.call('/handoff', { method: 'POST', form: fields, headers })
        must(!signsIn(answer), 'one of two cookies of the page is taken')
        must(
          answer.status === 403,
          `a form with two cookies of the page is answered ${answer.status}, not 403`,
        )
      }
      must(signsIn(await attacker.redeem(nonce)), 'with one cookie the form signs nobody in either')
    },
  },
  {
    name: 'login-planted-session',
    says: 'of two session cookies, such as a sibling subdomain can plant, neither counts',
    standard: 'RFC 6265bis, 4.1.3 (prefixes); RFC 10017, 6.1.3.2',
    async run(kit) {
      const planted = sessionCookies(await kit.signedIn())
      const own = sessionCookies(await kit.child())
      for (const cookie of [`${own}; ${planted}`, `${planted}; ${own}`]) {
        const { text } = await kit.call('/api/auth/session', { headers: { cookie } })
        must(text.trim() === 'null', 'one of two session cookies is taken')
      }
    },
  },
  {
    name: 'sign-in-form',
    says: 'another site cannot begin a sign-in for a visitor by a form',
    standard: 'RFC 9700, 4.7; Fetch Metadata',
    async run(kit) {
      const [provider = 'demo'] = await providersOf(kit)
      const ways: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site', origin: evil },
        { 'sec-fetch-site': 'same-site' },
        { origin: evil },
      ]
      for (const headers of ways)
        for (const path of ['/sign-in', `/api/auth/signin/${provider}`]) {
          const form: CallOptions = { method: 'POST', headers, form: { provider } }
          const answer = await kit.newcomer().request(path, form)
          must(answer.status === 403, `${path} with ${JSON.stringify(headers)} is ${answer.status}, not 403`)
        }
    },
  },
  {
    name: 'sign-in-callback',
    says: "an answer of the provider to the attacker's sign-in signs no visitor in",
    standard: 'RFC 9700, 4.7; RFC 6749, 10.12',
    async run(kit) {
      const attacker = kit.newcomer()
      const page = await attacker.follow((await beginAtDemo(attacker)).href)
      const callback = new URL('/api/auth/callback/', kit.url).href
      const { end } = await fillIn(attacker, page, 'bob', callback)
      if (!end.href.startsWith(callback)) throw new Skipped('the sign-in of the demo ended somewhere else')
      const victim = kit.newcomer()
      await victim.request(end.href, { headers: { 'sec-fetch-site': 'cross-site' } })
      must(!(await victim.session()), 'the visitor is signed in as the attacker')
    },
  },
]

/** The providers that the server offers. */
async function providersOf({ call }: Kit): Promise<string[]> {
  return Object.keys((await call('/api/auth/providers')).json())
}

function sessionCookies(browser: Browser): string {
  const cookies = browser.cookies().split('; ')
  return cookies.filter((pair) => /baton\.session/.test(pair)).join('; ')
}
