import { expect } from 'vitest'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { fullConfig } from '../../support/full-config.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('setup', perFile, { config: (partners) => fullConfig(partners) } satisfies Setup)

const html = { accept: 'text/html' }

test('what a person is called is text in a page, and nothing that its renderer fills in', async ({
  issuer,
  baton,
  newcomer,
}) => {
  const name = `</style><script>alert("1")</script>' [[nonce]] [[title]] $& {content}`
  const token = await issuer.idToken(baton.url, { sub: 'mallory', name })
  const page = await newcomer().request(`/handoff?nonce=${(await askForNonce(baton.url, token)).nonce}`)
  const text = await page.text()
  expect(text).not.toContain('<script>')
  expect(text.match(/<\/?(script|style)\b/g)).toHaveLength(4)
  expect(text).toContain(
    '&lt;/style&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#x27; [[nonce]] [[title]] $&amp;',
  )
  expect(text).toContain('<title>Continue · Baton</title>')
})

test.for(['/sign-in', '/error?error=Expired', '/handoff', '/interaction/none', '/sign-in?error=a&error=b'])(
  '%s says how long it is, and HEAD says the same without the page',
  async (path, { baton, host }) => {
    const ask = (method: string) => httpCall(baton.address, path, { method, headers: { host, ...html } })
    const [get, head] = [await ask('GET'), await ask('HEAD')]
    expect(get.headers['content-length']).toBe(String(get.body.length))
    expect([head.status, head.body.length]).toEqual([get.status, 0])
    const varying = ['date', 'x-request-id', 'content-security-policy']
    for (const [name, value] of Object.entries(get.headers))
      if (!varying.includes(name)) expect([name, head.headers[name]]).toEqual([name, value])
  },
)

test("without branding, pages are Baton's and ask for no picture or style sheet of an operator", async ({
  newcomer,
}) => {
  for (const path of ['/', '/sign-in', '/error?error=Expired', '/nothing']) {
    const text = await (await newcomer().request(path)).text()
    expect(text).toMatch(/<title>[^<]*Baton<\/title>/)
    expect(text).toMatch(/<link rel="icon" href="(\/icon\.svg|data:image\/svg\+xml,)/)
    expect(text).not.toContain('/brand/')
  }
})

test('a page with a form that was refused leads back to that form', async ({ newcomer }) => {
  const forms = [
    ['/sign-in', 403, '/sign-in'],
    ['/handoff', 403, '/handoff'],
    ['/sign-out/provider', 403, '/'],
  ] as const
  for (const [path, status, again] of forms) {
    const headers = { ...html, 'sec-fetch-site': 'cross-site' }
    const answer = await newcomer().request(path, { method: 'POST', headers, body: new URLSearchParams() })
    expect(answer.status).toBe(status)
    expect(/<a href="([^"]*)"[^>]*>Try again</.exec(await answer.text())?.[1]).toBe(again)
  }
})
