import { type Browser, type BrowserContext, chromium, type Page } from 'playwright/test'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { chromiumLaunch } from '../../support/chromium.ts'
import { askForNonce, sessionOf, signInOverHttp } from '../../support/journey.ts'
import { exampleGuards } from './example-guards.ts'
import { install, npm } from './install.ts'
import { type Running, startProcess } from './start-process.ts'

type ExampleUnderTest = {
  /** Its folder below `examples`. */
  name: string
  clientId: string
  /** Its address, as its README has it. */
  own: string
  /** Whether it has to be built before it starts. */
  built?: boolean
  /** What it writes when it answers. */
  ready?: RegExp
  /** Whether a server of its own answers, with a status. */
  server?: boolean
  /** Whether it hears of it when Baton ends a session. */
  backchannelLogout?: boolean
}

const byNonce = 'urn:baton:authentication:nonce'
const path = '/orders/7?tab=open'

/** What every example of a web application keeps, in front of the demo. */
export function exampleContract({
  name,
  clientId,
  own,
  built,
  ready = /^Ready: /m,
  server = true,
  backchannelLogout,
}: ExampleUnderTest) {
  const { BATON_URL } = inject('demo')
  const folder = `examples/${name}`
  let browser: Browser
  let example: Running
  const contexts: BrowserContext[] = []
  const requested: string[] = []

  beforeAll(async () => {
    await install(folder)
    // Without any setting: a build must not need secrets, nor keep them.
    if (built) await npm(folder, 'run', 'build')
    const env = { BATON_URL }
    example = await startProcess({ command: ['npm', 'run', 'demo'], cwd: folder, env, ready })
    browser = await chromium.launch(chromiumLaunch())
  })
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
    // No token is ever in a URL.
    expect(requested.splice(0).filter((url) => /\beyJ[\w-]+\.[\w-]+\.[\w-]+/.test(url))).toEqual([])
  })
  afterAll(() => Promise.all([browser?.close(), example?.stop()]))

  async function newPage(): Promise<Page> {
    const context = await browser.newContext()
    context.setDefaultTimeout(20_000)
    contexts.push(context)
    context.on('request', (request) => requested.push(request.url()))
    return context.newPage()
  }

  /** A page at Baton, with Demo User signed in. */
  async function newSource(): Promise<Page> {
    const source = await newPage()
    await signInOverHttp(source, BATON_URL)
    await source.goto(BATON_URL)
    return source
  }

  async function handOffUri(redirectTo = path): Promise<URL> {
    const { handoff_uri } = await askForNonce(await newSource(), {
      target: clientId,
      redirect_to: redirectTo,
    })
    return new URL(handoff_uri)
  }

  async function continueAt(page: Page, uri: URL): Promise<void> {
    await page.goto(uri.href)
    await page.getByRole('button', { name: /^Continue/ }).click()
  }

  /** Signs in from the example's own page on, as a person does. */
  async function signInHere(page: Page, user: 'demo' | 'bob' = 'demo'): Promise<void> {
    await page.getByRole('link', { name: 'Sign in with Baton' }).click()
    await page.getByRole('button', { name: /Continue with/ }).click()
    await page.getByLabel('Login').fill(user)
    await page.getByLabel('Password').fill(user)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  const isSignedInAs = (page: Page, person: string) =>
    page.getByRole('heading', { name: `Signed in as ${person}` }).waitFor()

  async function expectNobody(page: Page): Promise<void> {
    await page.goto(own)
    await page.getByRole('heading', { name: 'Nobody is signed in' }).waitFor()
  }

  test('its types are right', async () => {
    await expect(npm(folder, 'run', 'check')).resolves.toBeDefined()
  })

  test('a person signs in at Baton and comes back with a name', async () => {
    const page = await newPage()
    await expectNobody(page)
    await signInHere(page)
    await isSignedInAs(page, 'Demo User')
    expect(new URL(page.url()).origin).toBe(own)
    expect(await page.content()).not.toContain(byNonce)
  })

  describe('a hand-off', () => {
    test('signs an empty browser in, at the path that the source named', async () => {
      const page = await newPage()
      await continueAt(page, await handOffUri())
      await isSignedInAs(page, 'Demo User')
      expect(page.url()).toBe(own + path)
      expect(await page.content()).toContain(byNonce)
    })

    test('without a path ends at the home page', async () => {
      const uri = await handOffUri()
      uri.searchParams.delete('target_link_uri')
      const page = await newPage()
      await continueAt(page, uri)
      await isSignedInAs(page, 'Demo User')
      expect(page.url()).toBe(`${own}/`)
    })

    test('takes the place of somebody else', async () => {
      const page = await newPage()
      await page.goto(own)
      await signInHere(page, 'bob')
      await isSignedInAs(page, 'Bob Builder')
      await continueAt(page, await handOffUri())
      await isSignedInAs(page, 'Demo User')
      expect(page.url()).toBe(own + path)
    })

    test('is refused the second time, with ordinary sign-in in its place', async () => {
      const uri = await handOffUri()
      await continueAt(await newPage(), uri)
      const page = await newPage()
      await page.goto(uri.href)
      await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
      expect(new URL(page.url()).origin).toBe(own)
      await signInHere(page)
      await isSignedInAs(page, 'Demo User')
    })

    test('that is refused leaves nobody signed in', async () => {
      const uri = await handOffUri()
      uri.searchParams.set('nonce', 'n'.repeat(43))
      const page = await newPage()
      await page.goto(uri.href)
      await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
      await expectNobody(page)
    })

    test.each(['https://evil.example/oidc', `${BATON_URL}/oidc/`, `${BATON_URL}/oidc.evil.example`, ''])(
      'of the issuer "%s" is not followed',
      async (issuer) => {
        const uri = await handOffUri()
        const nonce = uri.searchParams.get('nonce') as string
        uri.searchParams.set('iss', issuer)
        const page = await newPage()
        const asked: string[] = []
        page.on('request', (request) => asked.push(request.url()))
        await page.goto(uri.href)
        await page.waitForURL(`${BATON_URL}/sign-in**`)
        expect(asked.filter((url) => url.includes(nonce))).toEqual([uri.href])
        expect(asked.filter((url) => new URL(url).hostname === 'evil.example')).toEqual([])
      },
    )

    test.each([
      'https://evil.example/',
      '//evil.example/',
      String.raw`/\evil.example/`,
      `${own}//evil.example/`,
      `${own}.evil.example/`,
      `${own}@evil.example/`,
      'javascript:alert(1)',
    ])('to %s stays here', async (target) => {
      const uri = await handOffUri()
      uri.searchParams.set('target_link_uri', target)
      const page = await newPage()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await continueAt(page, uri)
      await isSignedInAs(page, 'Demo User')
      expect(new URL(page.url()).origin).toBe(own)
      const elsewhere = asked.filter((url) => ![own, BATON_URL].includes(new URL(url).origin))
      expect(elsewhere).toEqual([])
    })
  })

  test('signing out ends at Baton too', async () => {
    const page = await newPage()
    await page.goto(own)
    await signInHere(page)
    await isSignedInAs(page, 'Demo User')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${own}/`)
    await page.getByRole('heading', { name: 'Nobody is signed in' }).waitFor()
    expect(await sessionOf(page, BATON_URL)).toBeNull()
  })

  if (backchannelLogout)
    test('a session that ends at the source ends here', async () => {
      const source = await newSource()
      const { handoff_uri } = await askForNonce(source, { target: clientId, redirect_to: path })
      const page = await newPage()
      await continueAt(page, new URL(handoff_uri))
      await isSignedInAs(page, 'Demo User')
      await source.goto(`${BATON_URL}/sign-out`)
      await source.getByRole('button', { name: 'Sign out', exact: true }).first().click()
      await source.getByRole('heading', { name: 'You are signed out' }).waitFor()
      await expect
        .poll(async () => {
          await page.reload()
          return page.getByRole('heading', { name: 'Nobody is signed in' }).count()
        })
        .toBe(1)
    })

  exampleGuards({ name, clientId, own, server, newPage, handOffUri, signInHere, isSignedInAs })

  test('what it wrote has no nonce in it', async () => {
    const uri = await handOffUri()
    await continueAt(await newPage(), uri)
    expect(example.output()).not.toContain(uri.searchParams.get('nonce'))
  })
}
