import { expect } from 'vitest'
import { samples } from '#lib/preview/samples.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base.extend('setup', perFile, { env: { BATON_DEMO: 'true' } })
const html = { headers: { accept: 'text/html' } }

test.for(['/preview', '/preview/handoff', '/preview/nothing'])(
  '%s is nothing in production',
  async (path, { startAnother, host }) => {
    const production = await startAnother({ env: { BATON_DEMO: '' } })
    const headers = { host, accept: 'text/html' }
    const answer = await httpCall(production.address, path, { headers })
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('There is no such page')
  },
)

test('the sheet frames every sample, in the language, the colours and the width that are asked for', async ({
  newcomer,
}) => {
  const path = '/preview?ui_locales=ar&scheme=dark&width=1280'
  const answer = await newcomer().request(path, html)
  const text = await answer.text()
  expect(answer.headers.get('content-security-policy')).toContain("frame-src 'self'")
  for (const { name } of samples)
    expect(text).toContain(`src="/preview/${name}?ui_locales=ar&amp;scheme=dark"`)
  expect(text).toContain('width="1280"')
})

test('one sheet has every language and both colour schemes where all of them are asked for', async ({
  newcomer,
}) => {
  const answer = await newcomer().request('/preview?language=all&scheme=both&shown=consent', html)
  const text = await answer.text()
  for (const language of ['en', 'de', 'fr', 'es', 'ja', 'ar'])
    for (const scheme of ['light', 'dark'])
      expect(text).toContain(`src="/preview/consent?ui_locales=${language}&amp;scheme=${scheme}"`)
})

test('the sheet shows the samples alone that are looked for, or says that there is none', async ({
  newcomer,
}) => {
  const sheet = async (shown: string) => (await newcomer().request(`/preview?shown=${shown}`, html)).text()
  expect((await sheet('consent')).match(/<iframe/g)?.length).toBeLessThan(samples.length)
  expect(await sheet('%3Cb%3E')).toContain('No page has “&lt;b&gt;” in its name.')
})

test.for(samples.map(({ name }) => name))(
  '%s is framed by Baton alone, and runs no script that sends forms',
  async (name, { newcomer }) => {
    const answer = await newcomer().request(`/preview/${name}?scheme=dark`, html)
    const policy = answer.headers.get('content-security-policy')
    expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(policy).toContain("frame-ancestors 'self'")
    expect(policy).toMatch(/script-src ('none'|'self' 'nonce-)/)
    expect(await answer.text()).toMatch(/<html lang="en" dir="ltr" data-scheme="dark"/)
  },
)

test('pages themselves are framed by nobody', async ({ newcomer }) => {
  for (const path of ['/', '/sign-in', '/preview', '/handoff?nonce=none']) {
    const answer = await newcomer().request(path, html)
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  }
})

test('a sample shows nothing of the person who looks', async ({ person }) => {
  for (const name of ['home', 'sessions', 'activity', 'sign-out']) {
    const text = await (await person.request(`/preview/${name}`, html)).text()
    expect(text).not.toContain('Demo User')
  }
  expect(await (await person.request('/preview/home', html)).text()).toContain('Ada Lovelace')
})
