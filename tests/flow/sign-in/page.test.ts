import { expect } from 'vitest'
import { follow, registration, relyingParty } from '../../support/relying-party.ts'
import type { Setup, StagePartners } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

type WithProviders = { providers: object[] }

const test = base.extend('setup', perFile, {
  config(partners: StagePartners) {
    const { providers } = partners.config() as WithProviders
    const secret = { clientId: 'baton', clientSecret: 'a secret that is long enough to be one' }
    const clients = [registration('web'), registration('third', { first_party: false })]
    // Nothing listens at the port of the second one.
    const silent = { id: 'silent', name: 'Silent', type: 'oidc', issuer: 'http://127.0.0.1:9', ...secret }
    return partners.config({
      providers: [...providers, { id: 'code', type: 'github', ...secret }, silent],
      clients,
    })
  },
} satisfies Setup)

/** The form of a provider on the sign-in page, with what stands in it. */
function formOf(html: string, provider: string): string {
  const forms = html.match(/<form\b.*?<\/form>/gs) ?? []
  return forms.find((form) => form.includes(`name="provider" value="${provider}"`)) ?? ''
}

test('a provider has the icon of its type, or else its initial', async ({ newcomer }) => {
  const html = await (await newcomer().request('/sign-in')).text()
  expect(formOf(html, 'code')).toMatch(/<svg viewBox="0 0 24 24"[^>]*><path d="M12 \.297/)
  expect(formOf(html, 'demo')).toContain('data-initial="D"')
  // Those of other types are on no page.
  expect(html.match(/viewBox="0 0 24 24"/g)).toHaveLength(1)
})

test('the provider that a browser used last is marked there, and stays where it is', async ({
  signedIn,
  newcomer,
}) => {
  const person = await signedIn()
  await person.signOut()
  const html = await (await person.request('/sign-in')).text()
  expect(html.match(/Last used here/g)).toHaveLength(1)
  const form = formOf(html, 'demo')
  expect(form).toContain('Last used here')
  expect(form).toMatch(/aria-describedby="last-demo".*id="last-demo"/s)
  const order = [...html.matchAll(/name="provider" value="(\w+)"/g)].map(([, id]) => id)
  expect(order).toEqual(['demo', 'code', 'silent'])
  expect(await (await newcomer().request('/sign-in')).text()).not.toContain('Last used here')
})

test('the cookie of that is kept from scripts, and what it names is no more than looked up', async ({
  signedIn,
  newcomer,
}) => {
  const person = await signedIn()
  const cookie = (await person.jar.getCookies(person.origin)).find(({ key }) => key === 'baton.provider')
  expect(cookie).toMatchObject({ value: 'demo', httpOnly: true, sameSite: 'lax', maxAge: 34_560_000 })
  const headers = { cookie: 'baton.provider=<b>x</b>' }
  const html = await (await newcomer().request('/sign-in', { headers })).text()
  expect(html).not.toMatch(/Last used here|<b>x/)
})

test('a sign-in that failed is told at its provider’s button', async ({ newcomer, baton }) => {
  const person = newcomer()
  const body = new URLSearchParams({ provider: 'silent', callbackUrl: '/sessions' })
  const answer = await person.ownPage('/sign-in', { method: 'POST', body })
  const address = new URL(answer.headers.get('location') ?? '', baton.url)
  expect(Object.fromEntries(address.searchParams)).toMatchObject({ error: 'Unavailable', provider: 'silent' })
  const html = await (await person.request(address.href)).text()
  expect(html.match(/role="alert"/g)).toHaveLength(1)
  const form = formOf(html, 'silent')
  expect(form).toMatch(/id="problem-silent" role="alert".*does not answer at the moment/s)
  expect(form).toContain('aria-describedby="problem-silent"')
})

test.for([undefined, 'nobody', '"><script>'])(
  'one that belongs to no button is told above all of them (%s)',
  async (provider, { newcomer }) => {
    const query = new URLSearchParams({ error: 'Unavailable', ...(provider && { provider }) })
    const html = await (await newcomer().request(`/sign-in?${query}`)).text()
    expect(html.match(/role="alert"/g)).toHaveLength(1)
    expect(html.indexOf('role="alert"')).toBeLessThan(html.indexOf('<form'))
  },
)

test('the page of a sign-in that failed names the provider, by its configured name', async ({ newcomer }) => {
  const page = async (provider: string) => {
    const answer = await newcomer().request(
      `/error?${new URLSearchParams({ error: 'Unavailable', provider })}`,
    )
    return (await answer.text()).replaceAll(/<\/?bdi>/g, '')
  }
  expect(await page('silent')).toContain('This happened at Silent.')
  expect(await page('<i>x</i>')).not.toMatch(/This happened at|<i>/)
})

test('it says to which application one continues, where that is, and what happens next', async ({
  newcomer,
  baton,
}) => {
  const { url } = await (await relyingParty(baton.url, 'web')).begin()
  const { page } = await follow(newcomer(), url)
  const text = (page?.html ?? '').replaceAll(/<\/?bdi[^>]*>/g, '')
  expect(text).toContain('to continue to Application web')
  expect(text).toContain('127.0.0.1:4999')
  expect(text).toContain('You will go to the one that you choose to sign in, and then on to Application web.')
  const home = (await (await newcomer().request('/sign-in')).text()).replaceAll(/<\/?bdi>/g, '')
  expect(home).toContain('You will go to the one that you choose to sign in, and come back here.')
})

test('it says that the application asks for a new sign-in', async ({ signedIn, baton }) => {
  const { url } = await (await relyingParty(baton.url, 'web')).begin({ prompt: 'login' })
  const { page } = await follow(await signedIn(), url)
  const text = (page?.html ?? '').replaceAll(/<\/?bdi>/g, '')
  expect(text).toContain('Application web asks you to sign in once more, to be sure that it is you.')
})
