import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startWebDriver, type Window } from '../support/clients/webdriver.ts'
import { serversToClose } from '../support/closing.ts'
import { listen } from '../support/partners.ts'
import { registration } from '../support/relying-party.ts'
import { startEgress } from '../support/servers/egress.ts'
import { type Stage, startStage } from '../support/stage.ts'
import { newVerifier } from '../support/verifier.ts'

const baton = 'https://baton.corp.test'
const sibling = 'https://app.corp.test'
const elsewhere = 'https://app.other.test'
const sites = [
  ['another site', elsewhere],
  ['the same site', sibling],
] as const

/** The application's page; the one at its redirect URI tells the others that it has been reached. */
const page = `<!doctype html><title>The application</title><body>
<script>
  const told = new BroadcastChannel('sign-in')
  if (location.pathname === '/callback') told.postMessage(String(window.opener))
  told.onmessage = ({ data }) => { document.title = 'signed in; opener: ' + data }
</script>`

const servers = serversToClose()
const arrived: URL[] = []
let stage: Stage
let proxyUrl: string

beforeAll(async () => {
  const application = await servers.add(
    listen((request, response) => {
      const url = new URL(request.url ?? '/', `https://${request.headers.host}`)
      if (url.pathname === '/callback') arrived.push(url)
      response.writeHead(200, { 'content-type': 'text/html' }).end(page)
    }),
  )
  const client = registration('web-app', {
    redirect_uris: [`${sibling}/callback`, `${elsewhere}/callback`],
    // Nobody has to press anything: it is the browser that lets a sign-in through or not.
    handoff: { mayReceive: true, confirm: 'never' },
  })
  stage = await servers.add(startStage({ config: (partners) => partners.config({ clients: [client] }) }))
  const { address } = await stage.startAnother({ env: { BATON_URL: baton } })
  const egress = await servers.add(
    startEgress([
      { hosts: [new URL(baton).host], url: address },
      { hosts: [sibling, elsewhere].map((origin) => new URL(origin).host), url: application.url },
    ]),
  )
  proxyUrl = egress.env.HTTPS_PROXY
})
afterAll(servers.close)

function signInUrl(site: string, parameters: Record<string, string>): string {
  const url = new URL('/oidc/authorize', baton)
  url.search = new URLSearchParams({
    client_id: 'web-app',
    redirect_uri: `${site}/callback`,
    response_type: 'code',
    scope: 'openid',
    state: 'of the test',
    ...newVerifier().challenge,
    ...parameters,
  }).toString()
  return url.href
}

async function handOffUrl(site: string): Promise<string> {
  const { nonce } = await (await stage.signedIn()).askForNonce({ target: 'web-app' })
  const acr_values = 'urn:baton:authentication:nonce'
  return signInUrl(site, { login_hint_token: nonce, acr_values, prompt: 'login' })
}

async function arrival() {
  await expect.poll(() => arrived.length).toBeGreaterThan(0)
  const { origin, searchParams } = arrived.shift() as URL
  return { origin, isSignedIn: searchParams.has('code'), error: searchParams.get('error') }
}

/** Ends when the frame shows something, if only that it may not. */
const hiddenIframe = (url: string) => `
  const frame = document.createElement('iframe')
  frame.style.display = 'none'
  frame.src = ${JSON.stringify(url)}
  frame.onload = () => done()
  document.body.append(frame)`

const buttonThatOpens = (url: string) => `
  const button = document.createElement('button')
  button.textContent = 'Sign in'
  const size = 'width=500,height=600'
  button.onclick = () => window.opened = window.open(${JSON.stringify(url)}, 'sign-in', size)
  document.body.append(button)
  done()`

const link = (url: string) => `
  const link = document.createElement('a')
  link.textContent = 'Sign in'
  link.href = ${JSON.stringify(url)}
  document.body.append(link)
  done()`

describe.each(['Chromium', 'WebKit'] as const)('in %s', (name) => {
  let driver: Awaited<ReturnType<typeof startWebDriver>>
  let window: Window

  beforeAll(async () => {
    driver = await startWebDriver(name, proxyUrl)
  })
  afterAll(() => driver?.close())
  beforeEach(async () => {
    arrived.length = 0
    window = await driver.newWindow()
  })
  afterEach(() => window?.close())

  describe.each(sites)('a page of %s', (_, site) => {
    test('signs nobody in by a nonce in a hidden iframe, but does by a navigation', async () => {
      const url = await handOffUrl(site)
      await window.goto(`${site}/`)
      await window.run(hiddenIframe(url))
      // Baton's page of a hand-off has the form that signs in.
      expect(await window.runInFrame('done(document.forms.length)')).toBe(0)
      expect(arrived).toEqual([])
      await window.run(link(url))
      await window.click('a')
      expect(await arrival()).toEqual({ origin: site, isSignedIn: true, error: null })
    })

    test('signs in by a popup, which looks closed to it but tells it', async () => {
      await window.goto(`${site}/`)
      await window.run(buttonThatOpens(await handOffUrl(site)))
      await window.click('button')
      expect(await arrival()).toEqual({ origin: site, isSignedIn: true, error: null })
      await expect.poll(() => window.run('done(document.title)')).toBe('signed in; opener: null')
      expect(await window.run('done(window.opened.closed)')).toBe(true)
    })
  })

  test.each([
    ['another site learns nothing', elsewhere, { isSignedIn: false, error: 'login_required' }],
    ['the same site is signed in', sibling, { isSignedIn: true, error: null }],
  ])('with prompt=none in a hidden iframe a page of %s', async (_, site, outcome) => {
    await window.goto(await handOffUrl(site))
    expect(await arrival()).toMatchObject({ isSignedIn: true })
    await window.goto(`${site}/`)
    await window.run(hiddenIframe(signInUrl(site, { prompt: 'none' })))
    expect(await arrival()).toEqual({ origin: site, ...outcome })
  })
})
