import type { Page } from 'playwright/test'
import { anyDevice, expect, test as onStage } from '../support/browser-test.ts'
import { askForNonce, sessionOf } from '../support/journey.ts'
import { listen } from '../support/partners.ts'
import type { Stage } from '../support/stage.ts'

const test = onStage.extend<{ visit(page: Page, html: string): Promise<void> }>({
  // The browser names each thing that it kept the attacker from.
  mayComplain: true,
  // Opens a page of the attacker's, which is sent in its address.
  visit: async ({ url }, use) => {
    const evil = await listen((req, res) => {
      res.writeHead(200, { 'content-type': 'text/html' })
      res.end(new URL(req.url ?? '', url).searchParams.get('html') ?? '')
    })
    await use(async (page, html) => {
      await page.goto(`${evil.url}/?${new URLSearchParams({ html })}`)
    })
    await evil.close()
  },
})

test(
  "an attacker's page that posts a form to /handoff signs nobody in and spends nothing",
  anyDevice,
  async ({ page: victim, source, stage, url, visit }) => {
    const { nonce } = await askForNonce(source)
    await visit(
      victim,
      `<form method="post" action="${url}/handoff"><input name="nonce" value="${nonce}"></form>
     <script>document.forms[0].submit()</script>`,
    )
    await victim.waitForURL(`${url}/handoff`)
    await victim.getByRole('heading', { name: 'This was not sent from here' }).waitFor()
    expect(await sessionOf(victim, url)).toBeNull()
    await expectUnspent(stage, nonce)
  },
)

test(
  "it does not help the attacker that the victim's browser has opened the page",
  anyDevice,
  async ({ page: victim, source, stage, url, visit }) => {
    const { nonce, handoff_uri } = await askForNonce(source)
    await victim.goto(handoff_uri)
    await victim.getByRole('heading', { name: 'Continue as Demo User?' }).waitFor()
    await visit(
      victim,
      `<form method="post" action="${url}/handoff"><input name="nonce" value="${nonce}">
      <input name="csrf_token" value="x"></form>
     <script>document.forms[0].submit()</script>`,
    )
    await victim.waitForURL(`${url}/handoff`)
    await victim.getByRole('heading', { name: 'This was not sent from here' }).waitFor()
    expect(await sessionOf(victim, url)).toBeNull()
    await expectUnspent(stage, nonce)
  },
)

test(
  "a link on an attacker's page signs nobody in without a question",
  anyDevice,
  async ({ page: victim, source, stage, url, visit }) => {
    const { nonce, handoff_uri } = await askForNonce(source)
    await visit(victim, `<a href="${handoff_uri}">a prize</a>`)
    await victim.getByRole('link', { name: 'a prize' }).click()
    await victim.getByText('Continue only if you are Demo User').waitFor()
    expect(await sessionOf(victim, url)).toBeNull()
    await expectUnspent(stage, nonce)
  },
)

test(
  "an attacker's page gets no nonce and no answer of a backend with the cookies of its visitor",
  anyDevice,
  async ({ source, stage, url, visit }) => {
    const victim = await source.context().newPage()
    await visit(victim, '<p>a page</p>')
    const before = await nonces(stage)
    const got = await victim.evaluate(async (target) => {
      const attempts: [string, RequestInit][] = [
        ['/api/nonce', { method: 'POST', body: new URLSearchParams() }],
        ['/api/nonce', { method: 'POST', body: new URLSearchParams(), mode: 'no-cors' }],
        ['/api/backends/demo/api/authenticated/greeting', {}],
        ['/api/backends/demo/api/authenticated/echo', { method: 'POST', mode: 'no-cors', body: 'x' }],
        ['/api/auth/session', {}],
      ]
      const outcome = async ([path, init]: [string, RequestInit]) => {
        try {
          const answer = await fetch(target + path, { credentials: 'include', ...init })
          return `${answer.type} ${await answer.text()}`
        } catch (error) {
          return (error as Error).name
        }
      }
      return Promise.all(attempts.map(outcome))
    }, url)
    expect(got).toEqual(['TypeError', 'opaque ', 'TypeError', 'opaque ', 'TypeError'])
    expect(await nonces(stage)).toBe(before)
  },
)

test(
  "an attacker's form does not ask for a nonce with the cookies of its visitor",
  anyDevice,
  async ({ source, stage, url, visit }) => {
    const victim = await source.context().newPage()
    const before = await nonces(stage)
    await visit(
      victim,
      `<form method="post" action="${url}/api/nonce"></form><script>document.forms[0].submit()</script>`,
    )
    await victim.waitForURL(`${url}/api/nonce`)
    expect(await victim.content()).not.toContain('handoff_uri')
    expect(await nonces(stage)).toBe(before)
  },
)

test('an answer of a backend cannot be opened as a page of Baton', anyDevice, async ({ source, url }) => {
  const victim = await source.context().newPage()
  const address = `${url}/api/backends/demo/api/authenticated/greeting`
  expect((await victim.goto(address))?.status()).toBe(403)
  expect(await victim.content()).not.toContain('Hello')
})

test('no page of Baton can be framed', anyDevice, async ({ page: victim, source, url, visit }) => {
  const { handoff_uri } = await askForNonce(source)
  await visit(victim, `<iframe src="${handoff_uri}"></iframe><iframe src="${url}/"></iframe>`)
  const framed = await Promise.all(
    victim
      .frames()
      .slice(1)
      .map((frame) => frame.content()),
  )
  expect(framed).toHaveLength(2)
  for (const html of framed) expect(html).not.toMatch(/Continue as|Sign in/)
})

async function nonces(stage: Stage): Promise<number> {
  const [row] = await stage.sql<{ count: string }>('SELECT count(*) FROM nonces')
  return Number(row?.count)
}

async function expectUnspent(stage: Stage, nonce: string): Promise<void> {
  expect((await stage.newcomer().redeem(nonce)).status).toBe(303)
}
