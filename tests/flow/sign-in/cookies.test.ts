import { encode } from '@auth/core/jwt'
import { parseSetCookie } from 'cookie'
import { expect } from 'vitest'
import { authSecret } from '../../support/baton.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { newPerson } from '../../support/person.ts'
import { test } from '../../support/test.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

/** What another application with Auth.js keeps in a browser, in one piece and in several. */
const foreign: Record<string, string> = {
  'authjs.session-token': `eyJhbGciOiJkaXIifQ..${'a'.repeat(3000)}`,
  'authjs.session-token.0': 'b'.repeat(3000),
  'authjs.session-token.1': '%',
  'authjs.callback-url': 'http%3A%2F%2Flocalhost%3A3999%2F',
  'authjs.csrf-token': 'c%7Cd',
  'authjs.pkce.code_verifier': 'e',
  'authjs.state': 'f',
  'authjs.nonce': 'g',
}

test('another application with Auth.js on this host signs nobody out, and keeps its cookies', async ({
  baton,
  signedIn,
}) => {
  const written: string[] = []
  const person = newPerson(baton.url, (_, text) => {
    written.push(...text.split('\n').filter((line) => line.startsWith('set-cookie: ')))
  })
  for (const [name, value] of Object.entries(foreign))
    await person.jar.setCookie(`${name}=${value}; Path=/`, baton.url)

  await person.signIn()
  expect(await person.session()).toMatchObject({ user: { name: 'Demo User' } })
  expect((await person.ownPage(greeting)).status).toBe(200)
  const { nonce } = await (await signedIn('bob')).askForNonce()
  expect((await person.request(`/handoff?nonce=${nonce}`)).status).toBe(200)
  expect((await person.redeem(nonce)).status).toBe(303)
  expect(await person.session()).toMatchObject({ user: { name: 'Bob Builder' } })
  await person.signOut()
  expect(await person.session()).toBeNull()

  expect(written.length).toBeGreaterThan(5)
  expect(written.filter((line) => !line.startsWith('set-cookie: baton.'))).toEqual([])
  const kept = (await person.jar.getCookies(baton.url)).filter(({ key }) => !key.startsWith('baton.'))
  expect(Object.fromEntries(kept.map(({ key, value }) => [key, value]))).toEqual(foreign)
})

test("a session under Auth.js's own cookie name is not read", async ({ person, newcomer, sql }) => {
  const { sid } = (await person.session()) as { sid: string }
  const [{ sub } = { sub: '' }] = await sql<{ sub: string }>(
    'SELECT user_id AS sub FROM sessions WHERE id = $1',
    [sid],
  )
  const sealed = (salt: string) =>
    encode({ token: { sub, sid, ends: Date.now() / 1000 + 3600 }, secret: authSecret, salt })
  const statusWith = async (name: string) => {
    const headers = { cookie: `${name}=${await sealed(name)}` }
    return (await newcomer().ownPage(greeting, { headers })).status
  }
  expect(await statusWith('baton.session')).toBe(200)
  expect(await statusWith('authjs.session-token')).toBe(401)
})

test('over https the names of the cookies of a sign-in let nobody but Baton itself set them', async ({
  startAnother,
  signedIn,
}) => {
  const host = 'baton.example.org'
  const baton = await startAnother({ env: { BATON_URL: `https://${host}` } })
  const jar = new Map<string, string>()
  async function request(path: string, form?: Record<string, string>) {
    const answer = await rawRequest(baton.address, {
      path,
      headers: {
        host,
        'sec-fetch-site': 'same-origin',
        cookie: [...jar].map((pair) => pair.join('=')).join('; '),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form && { method: 'POST', body: new URLSearchParams(form).toString() }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const { name, value = '', ...cookie } = parseSetCookie(line)
      jar.set(name, value)
      expect(cookie, name).toMatchObject({ httpOnly: true, secure: true })
      expect(cookie.domain, name).toBeUndefined()
      expect(name).toMatch(/^__Host-Http-baton\./)
      expect(cookie.path, name).toBe('/')
    }
    return answer
  }

  const { csrfToken } = JSON.parse(await (await request('/api/auth/csrf')).text())
  await request('/api/auth/signin/demo', { csrfToken, callbackUrl: `https://${host}/` })
  const { nonce } = await (await signedIn()).askForNonce()
  const page = await request(`/handoff?nonce=${nonce}`)
  const { fields } = readHandoffPage(await page.text())
  expect((await request('/handoff', fields)).status).toBe(303)
  expect([...jar.keys()].toSorted()).toEqual([
    '__Host-Http-baton.csrf',
    expect.stringMatching(/^__Host-Http-baton\.handoff\./),
    '__Host-Http-baton.session',
    expect.stringMatching(/^__Host-Http-baton\.state\./),
  ])

  expect(JSON.parse(await (await request('/api/auth/session')).text())).toMatchObject({
    user: { name: 'Demo User' },
  })
  expect((await request(greeting)).status).toBe(200)
  expect((await request('/sessions')).status).toBe(200)
})
