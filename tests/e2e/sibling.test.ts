import type { IncomingMessage, ServerResponse } from 'node:http'
import { anyDevice, test as base, expect } from '../support/browser-test.ts'
import { readHandoffPage } from '../support/clients/handoff-page.ts'
import { rawRequest } from '../support/clients/raw-request.ts'
import { listen } from '../support/partners.ts'
import { registration } from '../support/relying-party.ts'
import { startEgress } from '../support/servers/egress.ts'
import { startStage } from '../support/stage.ts'
import { newVerifier } from '../support/verifier.ts'

const host = 'baton.corp.test'
const origin = `https://${host}`
const sibling = 'https://evil.corp.test'

type Evil = { cookies: string[]; html: string }
type Site = {
  /** Baton at its https origin, on the same database as the stage's own. */
  address: string
  stage: Awaited<ReturnType<typeof startStage>>
  proxy: string
  evil: Evil
}

/** Tests with Baton at one host name of a registrable domain, and an attacker at another, over TLS. */
const test = base.extend<object, { site: Site }>({
  mayComplain: true,
  site: [
    async ({ browser: _ }, use) => {
      const evil: Evil = { cookies: [], html: '' }
      const attacker = await listen((_: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': evil.cookies })
        response.end(evil.html)
      })
      const stage = await startStage({
        config: (partners) =>
          partners.config({
            clients: [registration('demo-web', { redirect_uris: [`${sibling}/callback`], handoff: {} })],
          }),
      })
      const baton = await stage.startAnother({ env: { BATON_URL: origin } })
      const egress = await startEgress([
        { hosts: [host], url: baton.address },
        { hosts: [new URL(sibling).host], url: attacker.url },
      ])
      await use({ address: baton.address, stage, proxy: egress.env.HTTP_PROXY, evil })
      await egress.close()
      await stage.close()
      await attacker.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

const atSite = ({ proxy }: Site) => ({ proxy: { server: proxy }, ignoreHTTPSErrors: true })

/** What the attacker gets who opens their own nonce's page: its cookies, and the fields of its form. */
async function attackersPage({ address, stage }: Site, verifier?: ReturnType<typeof newVerifier>) {
  const { nonce } = await (await stage.signedIn('bob')).askForNonce(verifier?.challenge)
  const headers = { host, ...(verifier && { 'baton-handoff-verifier': verifier.verifier }) }
  const page = await rawRequest(address, { path: `/handoff?nonce=${nonce}`, headers })
  const cookies = page.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
  return { nonce, cookies, fields: readHandoffPage(await page.text()).fields }
}

/** All ways to set a cookie for the whole domain, or to shadow the one of the host. */
const tossed = (pair: string) =>
  ['Path=/', 'Path=/handoff', 'Path=/api', 'Path=/interaction'].flatMap((path) => [
    `${pair}; Domain=corp.test; ${path}; Secure; HttpOnly; SameSite=Lax`,
    `${pair}; Domain=corp.test; ${path}; Secure`,
    `${pair.replace('__Host-Http-', '')}; Domain=corp.test; ${path}; Secure`,
    `${pair.replace('__Host-Http-', '__secure-')}; Domain=corp.test; ${path}; Secure`,
    `=${pair}; Domain=corp.test; ${path}; Secure`,
  ])

const form = (action: string, fields: Record<string, string>) => {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`)
  return `<form method="post" action="${action}">${inputs.join('')}</form>
<script>document.forms[0].submit()</script>`
}

test(
  "a sibling's page that tosses its hand-off cookie and posts its form signs nobody in",
  anyDevice,
  async ({ newPage, site }) => {
    const { nonce, cookies, fields } = await attackersPage(site)
    expect(cookies).toEqual([expect.stringMatching(/^__Host-Http-baton\.handoff\./)])
    const victim = await newPage(atSite(site))
    site.evil.cookies = [...cookies.flatMap(tossed), 'probe=1; Domain=corp.test; Path=/; Secure']
    site.evil.html = form(`${origin}/handoff`, fields)
    await victim.goto(`${sibling}/`)
    await victim.waitForURL(`${origin}/handoff`)
    await victim.getByRole('heading', { name: 'This was not sent from here' }).waitFor()
    expect(await (await victim.request.get(`${origin}/api/auth/session`)).json()).toBeNull()
    // The attacker's cookies do come along, as far as the browser keeps them.
    const kept = (await victim.context().cookies(`${origin}/handoff`)).map(({ name }) => name)
    expect(kept).toContain('probe')
    expect(kept.filter((name) => name.startsWith('__Host-') && name !== '__Host-Http-baton.csrf')).toEqual([])
    // Nothing is spent.
    expect((await site.stage.newcomer().redeem(nonce)).status).toBe(303)
  },
)

test(
  "nor does a tossed proof of the verifier's header, which makes the question unnecessary",
  anyDevice,
  async ({ newPage, site }) => {
    const { cookies } = await attackersPage(site, newVerifier())
    expect(cookies).toEqual([expect.stringMatching(/^__Host-Http-baton\.handoff\./)])
    const victim = await newPage(atSite(site))
    site.evil.cookies = cookies.flatMap(tossed)
    site.evil.html = `<script>location = '${origin}/handoff'</script>`
    await victim.goto(`${sibling}/`)
    await victim.getByRole('heading', { name: 'This link does not work any more' }).waitFor()
    expect(await (await victim.request.get(`${origin}/api/auth/session`)).json()).toBeNull()
  },
)

test(
  "a sibling's link signs nobody in without a question, and its page cannot press Continue",
  anyDevice,
  async ({ newPage, site }) => {
    const { nonce } = await (await site.stage.signedIn('bob')).askForNonce()
    const victim = await newPage(atSite(site))
    site.evil.cookies = []
    site.evil.html = `<a href="${origin}/handoff?nonce=${nonce}">a prize</a>`
    await victim.goto(`${sibling}/`)
    await victim.getByRole('link', { name: 'a prize' }).click()
    await victim.getByText('Continue only if you are Bob Builder').waitFor()
    const opened = await victim.context().newPage()
    site.evil.html = form(`${origin}/handoff`, { nonce, csrf_token: 'x' })
    await opened.goto(`${sibling}/`)
    await opened.waitForURL(`${origin}/handoff`)
    await opened.getByRole('heading', { name: 'This was not sent from here' }).waitFor()
    expect(await (await victim.request.get(`${origin}/api/auth/session`)).json()).toBeNull()
  },
)

test(
  "a sibling's session cookie does not take the place of the person's own",
  anyDevice,
  async ({ newPage, site }) => {
    const victim = await newPage(atSite(site))
    const { handoff_uri } = await (await site.stage.signedIn('demo')).askForNonce()
    await victim.goto(handoff_uri.replace(site.stage.baton.url, origin))
    const home = victim.waitForResponse(`${origin}/`)
    await victim.getByRole('button', { name: 'Continue' }).click()
    const answer = await home
    expect(await answer.headerValue('strict-transport-security')).toBe('max-age=31536000')
    await victim.getByRole('heading', { name: 'You are signed in' }).waitFor()

    // The attacker's own session of the https origin.
    const { cookies, fields } = await attackersPage(site)
    const spent = await rawRequest(site.address, {
      method: 'POST',
      path: '/handoff',
      headers: {
        host,
        cookie: cookies.join('; '),
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams(fields).toString(),
    })
    const session = spent.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
    expect(session.join()).toContain('__Host-Http-baton.session=')
    site.evil.cookies = [...session.flatMap(tossed), 'probe=1; Domain=corp.test; Path=/; Secure']
    site.evil.html = 'a page'
    await victim.goto(`${sibling}/`)
    for (const path of ['/api/auth/session', '/api/auth/session/']) {
      const seen = await victim.request.get(origin + path)
      expect((await seen.json()).user.name).toBe('Demo User')
    }
    await victim.goto(`${origin}/sessions`)
    await victim.getByText('Demo User').first().waitFor()
    expect((await victim.context().cookies(origin)).map(({ name }) => name)).toContain('probe')
  },
)

test(
  "a sibling's step of the OpenID Provider is nobody else's step",
  anyDevice,
  async ({ newPage, site }) => {
    const victim = await newPage(atSite(site))
    // The attacker begins an authorization request at an application, in their own browser.
    const search = new URLSearchParams({
      client_id: 'demo-web',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://evil.corp.test/callback',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const begun = await rawRequest(site.address, { path: `/oidc/authorize?${search}`, headers: { host } })
    const uid = /interaction\/([\w-]+)/.exec(begun.headers.get('location') ?? '')?.[1]
    const pairs = begun.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
    expect(pairs.filter((pair) => pair.includes(`.${uid}`)).length).toBe(4)
    for (const pair of pairs) expect(pair).toMatch(/^__Host-Http-baton\.oidc/)
    site.evil.cookies = pairs.flatMap(tossed)
    site.evil.html = 'a page'
    await victim.goto(`${sibling}/`)
    const answer = await victim.goto(`${origin}/interaction/${uid}`)
    expect(answer?.status()).toBe(410)
  },
)
