import { expect } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import type { Person } from '../../support/person.ts'
import { registration } from '../../support/relying-party.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const shop = { client_uri: 'https://shop.example.org/', client_name: '<b>Example</b> shop' }
const test = base
  .extend('setup', perFile, {
    config: (partners) =>
      partners.config({
        branding: { name: 'Example' },
        clients: [
          registration('shop', { ...shop, initiate_login_uri: 'https://shop.example.org/login?tenant=1' }),
          registration('closed', { handoff: {} }),
          registration('desk', { client_uri: undefined }),
        ],
      }),
  } satisfies Setup)
  .extend('handOver', ({ newcomer }) => async (person: Person): Promise<Person> => {
    const child = newcomer()
    expect((await child.redeem((await person.askForNonce()).nonce)).status).toBe(303)
    return child
  })

/** A page, without the marks that React puts between texts, and without its scripts. */
async function pageOf(person: Person, path = '/'): Promise<string> {
  const html = await (await person.request(path)).text()
  return html.replaceAll('<!-- -->', '').replaceAll(/<script\b.*?<\/script>/gs, '')
}

const titleIn = (html: string) => /<title>(.*?)<\/title>/.exec(html)?.[1]
const headingIn = (html: string) => /<h1[^>]*>(?:<bdi>)?(.*?)</.exec(html)?.[1]
const linksIn = (html: string) =>
  [...html.matchAll(/<a href="([^"]*)" rel="noreferrer"/g)].map(
    ([, href = '']) => new URL(href.replaceAll('&amp;', '&')),
  )

test("signed out, the home page has the operator's name and one way to go on", async ({ newcomer }) => {
  const html = await pageOf(newcomer())
  expect([titleIn(html), headingIn(html)]).toEqual(['Example', 'Example'])
  const main = /<main.*<\/main>/s.exec(html)?.[0] ?? ''
  expect([...main.matchAll(/<(?:a|button)\b[^>]*>/g)].map(([tag]) => tag)).toEqual([
    expect.stringContaining('href="/sign-in"'),
  ])
})

test('signed in, it has a link for each application to which this session may hand over', async ({
  signedIn,
  baton,
}) => {
  const html = await pageOf(await signedIn())
  expect([titleIn(html), headingIn(html)]).toEqual(['You are signed in · Example', 'You are signed in'])
  const iss = `${baton.url}/oidc`
  const [toShop, toDesk, ...others] = linksIn(html)
  expect(others).toEqual([])
  expect(toShop?.href).toMatch(/^https:\/\/shop\.example\.org\/login\?/)
  expect(Object.fromEntries(toShop?.searchParams ?? [])).toEqual({
    tenant: '1',
    iss,
    target_link_uri: shop.client_uri,
  })
  // No nonce is made for a page that nobody may look at.
  expect(Object.fromEntries(toDesk?.searchParams ?? [])).toEqual({ iss })
  expect(html).toContain('Open in <bdi')
  expect(html).toContain('&lt;b&gt;Example&lt;/b&gt; shop')
  expect(html).toContain('>shop.example.org<')
  expect(html).not.toContain('Application closed')
})

test('a session that may not hand over says so, and has no links to applications', async ({
  signedIn,
  handOver,
}) => {
  const html = await pageOf(await handOver(await signedIn()))
  expect(html).toContain('Go back there to continue in one more place.')
  expect(linksIn(html)).toEqual([])
  expect(html).not.toContain('Open in')
  expect(html).toContain('You have continued nowhere else from here.')
})

test('it says how a session began: at a provider, known or not, and by a hand-off', async ({
  signedIn,
  handOver,
  startAnother,
  partners,
  host,
}) => {
  const person = await signedIn()
  const child = await handOver(person)
  const begins = 'Signed in with <bdi>Demo identity provider</bdi>.'
  expect(await pageOf(person)).toContain(begins)
  const html = await pageOf(child)
  expect(html).toContain('Signed in from another browser or an app.')
  expect(html).not.toContain('Signed in with')
  // Its provider has left the configuration.
  const { providers, ...rest } = partners.config({}) as { providers: object[] }
  const another = await startAnother({
    config: { ...rest, providers: [{ ...providers[0], id: 'new' }], backends: [] },
  })
  const { text } = await httpCall(another.address, '/', { headers: { host, cookie: await person.cookies() } })
  expect(text).toContain('Signed in with <bdi>demo</bdi>.')
  expect(text).not.toContain('Signed in by your app')
})

test('the way to other sign-outs is there where the page has some', async ({ signedIn, handOver }) => {
  const person = await signedIn()
  const child = await handOver(person)
  const link = /href="\/sign-out"/
  expect(await pageOf(person)).toMatch(link)
  expect(await pageOf(person, '/sign-out')).toContain('Sign out everywhere')
  expect(await pageOf(child)).not.toMatch(link)
  expect(await pageOf(child, '/sign-out')).not.toContain('Sign out everywhere')
})

test('a session whose provider has ended its sign-in says so, beside what to do', async ({
  signedIn,
  startAnother,
  host,
  sql,
}) => {
  const person = await signedIn()
  const { sid } = (await person.session()) ?? {}
  const ended = `UPDATE token_sets SET error = 'RefreshTokenError', failed_at = now()
    WHERE id = (SELECT token_set_id FROM sessions WHERE id = $1)`
  await sql(ended, [sid])
  // It has seen nothing of that session yet.
  const another = await startAnother()
  const { text } = await httpCall(another.address, '/', { headers: { host, cookie: await person.cookies() } })
  const panel = /<h1\b.*?<\/section>/s.exec(text.replaceAll('<!-- -->', ''))?.[0]
  expect(panel).toMatch(/role="alert"[^>]*><bdi>Demo identity provider<\/bdi> has ended this sign-in\./)
  expect(panel).toMatch(/href="\/sign-in"[^>]*>Sign in again</)
})

test('it names the devices where a person is signed in besides: three, and how many more', async ({
  signedIn,
  newcomer,
}) => {
  const person = await signedIn('bob')
  expect(await pageOf(person)).toContain('You are signed in nowhere else.')
  const devices = (html: string) => html.match(/Last used <time/g)?.length ?? 0
  for (let count = 1; count <= 5; count++) await signedIn('bob')
  const html = await pageOf(person)
  expect(devices(html)).toBe(3)
  expect(html).toContain('and 2 more')
  for (const path of ['/sessions', '/activity', '/device']) expect(html).toContain(`href="${path}"`)
  expect(await pageOf(newcomer())).not.toContain('Last used')
})

test('what calls backends is in the demo alone: production has it in no page and no script of one', async ({
  signedIn,
  startAnother,
  baton,
  host,
}) => {
  const person = await signedIn()
  const demo = await startAnother({ env: { BATON_DEMO: 'true' } })
  const headers = { cookie: await person.cookies(), host }
  const loaded = async (address: string) => {
    const html = (await httpCall(address, '/', { headers })).text
    const files = new Set(html.match(/\/_next\/static\/[\w~.\-/]+\.js/g))
    expect(files.size).toBeGreaterThan(2)
    const scripts = [...files].map(async (file) => (await httpCall(address, file, { headers })).text)
    return { html, scripts: (await Promise.all(scripts)).join('') }
  }
  const [there, here] = [await loaded(demo.address), await loaded(baton.address)]
  for (const text of ['Call the backend', 'Path at']) {
    expect([there.html.includes(text), here.html.includes(text)]).toEqual([true, false])
    expect(here.scripts).not.toContain(text)
  }
  // The comparison sees what it looks for.
  expect(there.scripts).toContain('Path at')
})

test.for([
  ['/', 'You are signed in'],
  ['/sessions', 'Your sessions'],
  ['/sessions?end=all', 'Sign out everywhere?'],
  ['/activity', 'Activity'],
  ['/sign-out', 'Sign out?'],
] as const)(
  'the title of %s says what its heading says, and names nobody',
  async ([path, title], { person }) => {
    const html = await pageOf(person, path)
    expect([titleIn(html), headingIn(html)]).toEqual([`${title} · Example`, title])
  },
)

test('after a sign-out the page says so in heading and title', async ({ signedIn }) => {
  const person = await signedIn()
  const answer = await person.ownPage('/sign-out', { method: 'POST', body: new URLSearchParams() })
  const html = await pageOf(person, answer.headers.get('location') ?? '')
  expect([titleIn(html), headingIn(html)]).toEqual(['You are signed out · Example', 'You are signed out'])
})

test('a page that there is not says so in its title', async ({ newcomer }) => {
  expect(titleIn(await pageOf(newcomer(), '/nowhere'))).toBe('There is no such page · Example')
})
