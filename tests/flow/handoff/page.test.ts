import { Cookie } from 'tough-cookie'
import { expect } from 'vitest'
import { askForNonce, nonceIn, postNonce } from '../../support/ask-for-nonce.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import { test as base } from '../../support/test-apps.ts'

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/18.1 Mobile/15E148 Safari/604.1'

const askForNonceAs = async (url: string, headers: HeadersInit) =>
  (await nonceIn(await postNonce(url, {}, headers))).nonce

const test = base
  .extend('nonceOf', ({ baton, issuer }) => async (claims: Record<string, string>): Promise<string> => {
    const { url } = baton
    return (await askForNonce(url, await issuer.idToken(url, claims))).nonce
  })
  .extend('open', ({ newcomer }) => async (nonce: string): Promise<{ answer: Response; html: string }> => {
    const answer = await newcomer().request(`/handoff?nonce=${nonce}`)
    expect(answer.status).toBe(200)
    return { answer, html: await answer.text() }
  })

test('the first form of the page posts the nonce and its own token to /handoff', async ({
  nonceOf,
  open,
}) => {
  const nonce = await nonceOf({ name: 'Ada' })
  const { form, fields } = readHandoffPage((await open(nonce)).html)
  expect(form).toMatch(/\smethod="post"/)
  expect(form).toMatch(/\saction="\/handoff"/)
  expect(fields).toEqual({ nonce, csrf_token: expect.stringMatching(/^[\w-]{43}$/) })
})

test("the page's cookie is for this page alone, out of the reach of scripts and other sites", async ({
  nonceOf,
  open,
}) => {
  const nonce = await nonceOf({ name: 'Ada' })
  const { answer } = await open(nonce)
  const cookies = answer.headers.getSetCookie().map((header) => Cookie.parse(header))
  expect(cookies).toHaveLength(1)
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/', maxAge: 600 })
  expect(cookies[0]?.domain).toBeNull()
  expect(decodeURIComponent(answer.headers.getSetCookie().join())).not.toContain(nonce)
})

test('each page has a token of its own, also for one nonce', async ({ nonceOf, open }) => {
  const nonce = await nonceOf({ name: 'Ada' })
  const [one, other] = [await open(nonce), await open(nonce)].map(({ html }) => readHandoffPage(html))
  expect(one?.fields.csrf_token).not.toBe(other?.fields.csrf_token)
})

test('the page shows who one is about to be, and the answer is not signed in yet', async ({
  nonceOf,
  open,
}) => {
  const nonce = await nonceOf({ name: 'Ada Lovelace', email: 'ada@example.org' })
  const { shown } = readHandoffPage((await open(nonce)).html)
  expect(shown).toContain('Continue as Ada Lovelace?')
  expect(shown).toContain('ada@example.org')
})

test('someone without a name is shown by their email', async ({ nonceOf, open }) => {
  const nonce = await nonceOf({ sub: 'nameless', email: 'nameless@example.org' })
  expect(readHandoffPage((await open(nonce)).html).shown).toContain('Continue as nameless@example.org?')
})

test('a hostile name is text and nothing more', async ({ nonceOf, open, newcomer }) => {
  const name = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'&`
  const nonce = await nonceOf({ sub: 'mallory', name, email: '"><b>@evil.example' })
  const { html } = await open(nonce)
  expect(readHandoffPage(html).shown).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(html).not.toContain('<script>alert')
  expect(html).not.toContain('<img')
  expect(html).not.toContain('<b>')

  const target = newcomer()
  await target.redeem(nonce)
  const home = await (await target.request('/')).text()
  expect(home).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(home).not.toContain('<script>alert')
  expect(home).not.toContain('<img')
})

test('the scripts of the page run under a nonce of that answer alone', async ({ nonceOf, open }) => {
  const nonce = await nonceOf({ name: 'Ada' })
  const answers = [await open(nonce), await open(nonce)]
  const seen = answers.map(({ answer, html }) => {
    const policy = answer.headers.get('content-security-policy') ?? ''
    const allowed = /script-src [^;]*'nonce-([^']+)'/.exec(policy)?.[1]
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter((tag) => !tag.includes(`nonce="${allowed}"`))).toEqual([])
    return allowed
  })
  expect(seen[0]).not.toBe(seen[1])
})

test('the page says which app asked and how long ago, and which browser and system did', async ({
  app,
  baton,
  newcomer,
  signedIn,
  sql,
}) => {
  const webNonce = await app.webNonce()
  const byApp = await askForNonceAs(baton.url, { authorization: `Bearer ${webNonce}`, 'user-agent': iphone })
  await sql(`UPDATE nonces SET created_at = now() - interval '42 s' WHERE hash = $1`, [nonceHash(byApp)])
  const shown = async (nonce: string) => {
    const page = await newcomer().request(`/handoff?nonce=${nonce}`)
    return readHandoffPage(await page.text()).shown
  }
  const ofApp = await shown(byApp)
  expect(ofApp).toMatch(/Asked for 4[2-9] seconds ago by app \(Safari on iOS\), in the same network/)
  const source = await signedIn('demo', { 'user-agent': iphone })
  expect(await shown((await source.askForNonce()).nonce)).toContain('Asked for just now in Safari on iOS')
  // A code that waits to be approved says the same.
  expect(await shown((await source.askForNonce({ approval: 'source' })).nonce)).toContain('in Safari on iOS')
})
