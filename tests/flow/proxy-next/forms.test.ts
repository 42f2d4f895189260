import { expect } from 'vitest'
import { test } from '../../support/test.ts'

// Where Next is the entry, its middleware leads the forms of pages to routes.

test('"Sign out" ends the session, and a form of another site does not', async ({ signedIn, newcomer }) => {
  const person = await signedIn()
  const cookie = await person.cookies()
  const post = (path: string, site: string) =>
    person.request(path, {
      method: 'POST',
      headers: { 'sec-fetch-site': site },
      body: new URLSearchParams(),
    })
  for (const path of ['/sign-out', '/sign-out/post'])
    for (const site of ['cross-site', 'same-site']) expect((await post(path, site)).status).toBe(403)
  expect(await person.session()).not.toBeNull()
  const answer = await post('/sign-out', 'same-origin')
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-out'])
  expect(await person.session()).toBeNull()
  const copy = await newcomer().request('/api/auth/session', { headers: { cookie } })
  expect(await copy.json()).toBeNull()
})

test('the sign-in page has the headers of a page, and its form begins a sign-in for nobody else', async ({
  newcomer,
  partners,
}) => {
  const person = newcomer()
  for (const path of ['/sign-in', '/error?error=Expired']) {
    const page = await person.request(path)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(await page.text()).toContain('<h1')
  }
  const begin = (site: string) =>
    person.request('/sign-in', {
      method: 'POST',
      headers: { 'sec-fetch-site': site },
      body: new URLSearchParams({ provider: 'demo' }),
    })
  expect((await begin('cross-site')).status).toBe(403)
  const begun = await begin('same-origin')
  expect([begun.status, begun.headers.get('location')?.startsWith(partners.issuer)]).toEqual([303, true])
})

test.for([
  '/',
  '/sign-in',
  '/sign-out',
  '/sign-out/provider',
  '/session',
  '/sessions',
  '/activity',
  '/nowhere',
])('%s takes nothing for a Server Action', async (path, { signedIn }) => {
  const person = await signedIn()
  const multipart = new FormData()
  multipart.set('$ACTION_ID_0', '')
  const script = { headers: { 'next-action': '0', 'content-type': 'text/plain' }, body: '[]' }
  const pretences: RequestInit[] = [script, { body: multipart }]
  for (const { headers, body } of pretences) {
    const answer = await person.ownPage(path, {
      method: 'POST',
      body: body ?? '',
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
    })
    expect(answer.status).toBeOneOf([404, 405])
  }
  expect(await person.session()).not.toBeNull()
})
