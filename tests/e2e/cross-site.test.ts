import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserStage, startBrowserStage } from '../support/browser-stage.ts'
import { askForNonce, sessionOf, signIn } from '../support/journey.ts'
import { listen } from '../support/partners.ts'

// Complaints of the console are not counted here: the browser names each thing that it kept the attacker from.
let stage: BrowserStage
let url: string
let source: Page
let evil: Awaited<ReturnType<typeof listen>>

beforeAll(async () => {
  stage = await startBrowserStage()
  url = stage.baton.url
  source = await stage.newPage()
  await signIn(source, url)
  // What the attacker's page holds comes with its address.
  evil = await listen((req, res) => {
    res.writeHead(200, { 'content-type': 'text/html' })
    res.end(new URL(req.url ?? '', url).searchParams.get('html') ?? '')
  })
})

afterAll(async () => {
  await evil?.close()
  await stage?.close()
})

test("an attacker's page that posts a form to /handoff signs nobody in and spends nothing", async () => {
  const { nonce } = await askForNonce(source)
  const victim = await stage.newPage()
  await visit(
    victim,
    `<form method="post" action="${url}/handoff"><input name="nonce" value="${nonce}"></form>
     <script>document.forms[0].submit()</script>`,
  )
  await victim.waitForURL(`${url}/handoff`)
  expect(await victim.content()).toContain('"error":"csrf"')
  expect(await sessionOf(victim, url)).toBeNull()
  await expectUnspent(nonce)
})

test("it does not help the attacker that the victim's browser has opened the page", async () => {
  const { nonce, handoff_uri } = await askForNonce(source)
  const victim = await stage.newPage()
  await victim.goto(handoff_uri)
  await victim.getByRole('heading', { name: 'Continue as Demo User?' }).waitFor()
  await visit(
    victim,
    `<form method="post" action="${url}/handoff"><input name="nonce" value="${nonce}"><input name="csrf_token" value="x"></form>
     <script>document.forms[0].submit()</script>`,
  )
  await victim.waitForURL(`${url}/handoff`)
  expect(await victim.content()).toContain('"error":"csrf"')
  expect(await sessionOf(victim, url)).toBeNull()
  await expectUnspent(nonce)
})

test("a link on an attacker's page signs nobody in without a question", async () => {
  const { nonce, handoff_uri } = await askForNonce(source)
  const victim = await stage.newPage()
  await visit(victim, `<a href="${handoff_uri}">a prize</a>`)
  await victim.getByRole('link', { name: 'a prize' }).click()
  await victim.getByText('Continue only if you are Demo User').waitFor()
  expect(await sessionOf(victim, url)).toBeNull()
  await expectUnspent(nonce)
})

test("an attacker's page gets no nonce and no answer of a backend with the cookies of its visitor", async () => {
  const victim = await source.context().newPage()
  await visit(victim, '<p>a page</p>')
  const before = await nonces()
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
  expect(await nonces()).toBe(before)
})

test("an attacker's form does not ask for a nonce with the cookies of its visitor", async () => {
  const victim = await source.context().newPage()
  const before = await nonces()
  await visit(
    victim,
    `<form method="post" action="${url}/api/nonce"></form><script>document.forms[0].submit()</script>`,
  )
  await victim.waitForURL(`${url}/api/nonce`)
  expect(await victim.content()).not.toContain('handoff_uri')
  expect(await nonces()).toBe(before)
})

test('an answer of a backend cannot be opened as a page of Baton', async () => {
  const victim = await source.context().newPage()
  const address = `${url}/api/backends/demo/api/authenticated/greeting`
  expect((await victim.goto(address))?.status()).toBe(403)
  expect(await victim.content()).not.toContain('Hello')
})

test('no page of Baton can be framed', async () => {
  const { handoff_uri } = await askForNonce(source)
  const victim = await stage.newPage()
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

async function visit(page: Page, html: string): Promise<void> {
  await page.goto(`${evil.url}/?${new URLSearchParams({ html })}`)
}

async function nonces(): Promise<number> {
  const [row] = await stage.sql<{ count: string }>('SELECT count(*) FROM nonces')
  return Number(row?.count)
}

async function expectUnspent(nonce: string): Promise<void> {
  expect((await stage.newcomer().redeem(nonce)).status).toBe(303)
}
