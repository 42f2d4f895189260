import { randomBytes } from 'node:crypto'
import { exportPKCS8, generateKeyPair } from 'jose'
import type { Page } from 'playwright/test'
import { anyDevice, test as base, expect } from '../support/browser-test.ts'
import { sessionOf } from '../support/journey.ts'
import { startFakeProvider } from '../support/servers/fake-provider.ts'
import { startStage } from '../support/stage.ts'

/** Tests with a Baton that knows the demo's provider, and an Apple on another site than its own. */
const test = base.extend<object, { signInStage: Awaited<ReturnType<typeof startSignInStage>> }>({
  signInStage: [
    async ({ browser: _ }, use) => {
      const stage = await startSignInStage()
      await use(stage)
      await stage.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  url: [({ signInStage }, use) => use(signInStage.baton.url), { scope: 'worker' }],
})

async function startSignInStage() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const team = { teamId: 'TEAM123456', keyId: 'KEY7890123' }
  const apple = await startFakeProvider({
    clientAuthentication: 'client_secret_post',
    clientKey: { key: publicKey, kid: team.keyId, teamId: team.teamId },
    metadata: { userinfo_endpoint: undefined, end_session_endpoint: undefined },
    formPost: { user: { name: { firstName: 'Some', lastName: 'Body' }, email: 'somebody@example.org' } },
    idTokenClaims: { email: 'somebody@example.org', email_verified: 'true' },
  })
  const entry = {
    id: 'apple',
    type: 'apple',
    issuer: apple.issuer,
    clientId: 'baton',
    clientSecret: { ...team, privateKey: await exportPKCS8(privateKey) },
  }
  const stage = await startStage({
    config: (partners) => {
      const demo = partners.config()
      return { ...demo, providers: [...demo.providers, entry] }
    },
  })
  return {
    ...stage,
    async close() {
      await stage.close()
      await apple.close()
    },
  }
}

const demo = 'Demo identity provider'

/** Opens a page that needs a session, and goes from its sign-in page to a provider. */
async function begin(page: Page, address: string, provider: string): Promise<void> {
  await page.goto(address)
  await page.getByRole('button', { name: `Continue with ${provider}` }).click()
}

/** Comes as far as the demo's provider, and gives what goes on from there. */
async function beginAtDemo(page: Page, address: string): Promise<() => Promise<void>> {
  await begin(page, address, demo)
  await page.getByLabel('Login').fill('demo')
  await page.getByLabel('Password').fill('demo')
  return () => page.getByRole('button', { name: 'Sign in' }).click()
}

async function expectSignedInAt(page: Page, address: string): Promise<void> {
  await page.waitForURL(new URL(address).href)
  await page.getByRole('heading', { name: 'This session' }).waitFor()
}

/** The request by which a provider sends this page back. */
const nextCallback = (page: Page) =>
  page.waitForRequest((request) => new URL(request.url()).pathname.startsWith('/api/auth/callback/'))
const isTransaction = ({ name }: { name: string }) => name.startsWith('baton.state.')

test(
  "a sign-in survives the form of Apple's own site, which brings the cookie of a sign-in and no other",
  anyDevice,
  async ({ page, url }) => {
    const callback = nextCallback(page)
    await begin(page, `${url}/sessions?of=inbox`, 'Apple')
    await expectSignedInAt(page, `${url}/sessions?of=inbox`)
    expect((await sessionOf(page, url))?.user.name).toBe('Some Body')

    expect((await callback).method()).toBe('POST')
    const { 'sec-fetch-site': from, cookie = '' } = await (await callback).allHeaders()
    const brought = cookie.split('; ').map((one) => ({ name: one.slice(0, one.indexOf('=')) }))
    expect(from).toBe('cross-site')
    expect(brought.map(isTransaction)).toEqual([true])

    const cookies = await page.context().cookies()
    expect(cookies.filter(isTransaction)).toEqual([
      expect.objectContaining({ sameSite: 'None', secure: true, httpOnly: true }),
    ])
    const others = cookies.filter((cookie) => !isTransaction(cookie))
    expect(others.map(({ name }) => name)).toContain('baton.session')
    for (const { name, sameSite } of others) expect([name, sameSite]).toEqual([name, 'Lax'])
  },
)

test(
  'a sign-in by a form of another site ends the session that stood in the browser',
  anyDevice,
  async ({ page, url, signInStage: { sql } }) => {
    await begin(page, `${url}/sessions`, 'Apple')
    await expectSignedInAt(page, `${url}/sessions`)
    const earlier = await sessionOf(page, url)
    const callback = nextCallback(page)
    await begin(page, `${url}/sign-in?callbackUrl=/sessions`, 'Apple')
    await expectSignedInAt(page, `${url}/sessions`)
    // What stood there does not come with such a form.
    expect((await (await callback).allHeaders()).cookie).not.toContain('baton.session')

    const now = await sessionOf(page, url)
    const living = await sql<{ id: string }>(
      'SELECT id FROM sessions WHERE id = ANY($1) AND ended_at IS NULL',
      [[earlier?.sid, now?.sid]],
    )
    expect(earlier?.sid).not.toBe(now?.sid)
    expect(living).toEqual([{ id: now?.sid }])
  },
)

for (const [which, order] of [
  ['first', [0, 1]],
  ['second', [1, 0]],
] as const)
  test(
    `two tabs begin, the ${which} one ends before the other: both are signed in at their own links`,
    anyDevice,
    async ({ page, url }) => {
      const links = [`${url}/sessions?of=inbox`, `${url}/sessions?of=outbox`] as const
      const tabs = [page, await page.context().newPage()] as const
      const goOn = [await beginAtDemo(tabs[0], links[0]), await beginAtDemo(tabs[1], links[1])] as const
      for (const index of order) {
        await goOn[index]()
        await expectSignedInAt(tabs[index], links[index])
      }
      expect((await sessionOf(page, url))?.user.name).toBe('Demo User')
    },
  )

test(
  'a callback that is opened again, and the way back before it, lead on: no page says that it did not work',
  anyDevice,
  async ({ page, url }) => {
    const [link, other] = [`${url}/sessions?of=inbox`, await page.context().newPage()]
    const visited: string[] = []
    page.on('request', (request) => {
      if (request.isNavigationRequest()) visited.push(new URL(request.url()).pathname)
    })
    const goOn = await beginAtDemo(page, link)
    const goOnThere = await beginAtDemo(other, `${url}/sessions?of=outbox`)
    const callback = nextCallback(page)
    await goOn()
    await expectSignedInAt(page, link)
    await goOnThere()
    await expectSignedInAt(other, `${url}/sessions?of=outbox`)
    const session = await sessionOf(page, url)

    await page.goto((await callback).url())
    await expectSignedInAt(page, link)
    await page.goBack()
    await expectSignedInAt(page, link)
    // Past the provider's own page, whose business it is that it has ended.
    await page.evaluate(() => history.go(-2))
    await page.getByRole('link', { name: 'Go on as Demo User' }).click()
    await expectSignedInAt(page, link)
    expect(visited).not.toContain('/error')
    expect(await sessionOf(page, url)).toMatchObject({ sid: session?.sid })
  },
)

for (const [provider, name] of [
  ['demo', demo],
  ['apple', 'Apple'],
] as const)
  test(
    `a deep link of 3 kB with letters beyond ASCII arrives (${provider})`,
    anyDevice,
    async ({ page, url }) => {
      const link = `${url}/sessions?of=söndag-日本-😀&q=${randomBytes(2240).toString('base64url')}`
      if (provider === 'demo') await (await beginAtDemo(page, link))()
      else await begin(page, link, name)
      await expectSignedInAt(page, link)
    },
  )
