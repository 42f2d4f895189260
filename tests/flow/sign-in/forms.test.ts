import { expect } from 'vitest'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { type Form, formsIn } from '../../support/forms.ts'
import type { Person } from '../../support/person.ts'
import { test as base } from '../../support/test.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

const test = base
  /** Another browser that this one's session was handed over to. */
  .extend('handOver', ({ newcomer }) => async (person: Person): Promise<Person> => {
    const child = newcomer()
    expect((await child.redeem((await person.askForNonce()).nonce)).status).toBe(303)
    return child
  })

const statusOf = async (person: Person) => (await person.ownPage(greeting)).status
const formsOf = async (person: Person, path: string) => formsIn(await (await person.request(path)).text())
const press = (person: Person, { action, fields }: Form) =>
  person.ownPage(action, { method: 'POST', body: fields })

const isHere = ({ action, fields }: Form) => action === '/sign-out' && !fields.has('everywhere')
const isEverywhere = ({ action, fields }: Form) => action === '/sign-out' && fields.has('everywhere')

/** Presses the button of this form on a page of the person's. */
async function pressOn(person: Person, path: string, isMeant: (form: Form) => boolean): Promise<Response> {
  const form = (await formsOf(person, path)).find(isMeant)
  if (!form) throw new Error(`no such form at ${path}`)
  return press(person, form)
}

/** A sign-out has succeeded: the browser goes to the page that says so, without its cookie. */
function expectSignedOut(answer: Response): void {
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-out'])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^[^=]*session[^=]*=;.*Max-Age=0/)])
}

test.for(['/', '/sign-out'])(
  '"Sign out" at %s ends the session record and removes the cookie',
  async (path, { signedIn, handOver, newcomer, sql }) => {
    const person = await signedIn()
    const { sid } = (await person.session()) as { sid: string }
    const [child, cookie] = [await handOver(person), await person.cookies()]
    expectSignedOut(await pressOn(person, path, isHere))
    expect(await person.session()).toBeNull()
    expect(await sql('SELECT id FROM sessions WHERE id = $1 AND ended_at IS NULL', [sid])).toEqual([])
    expect((await newcomer().ownPage(greeting, { headers: { cookie } })).status).toBe(401)
    expect(await statusOf(child)).toBe(401)
  },
)

test('"Sign out" leaves the other sessions of the person alone', async ({ signedIn }) => {
  const [here, there] = [await signedIn(), await signedIn()]
  expectSignedOut(await pressOn(here, '/sign-out', isHere))
  expect(await statusOf(there)).toBe(200)
})

test('"Sign out everywhere" ends every session of the person, and of nobody else', async ({
  signedIn,
  handOver,
}) => {
  const [here, there, other] = [await signedIn(), await signedIn(), await signedIn('bob')]
  const child = await handOver(there)
  expectSignedOut(await pressOn(here, '/sign-out', isEverywhere))
  expect(await here.session()).toBeNull()
  expect([await statusOf(there), await statusOf(child), await statusOf(other)]).toEqual([401, 401, 200])
})

test('the copy of a cookie whose session has ended signs nobody out elsewhere', async ({
  signedIn,
  newcomer,
}) => {
  const [left, stays] = [await signedIn(), await signedIn()]
  const cookie = await left.cookies()
  await pressOn(left, '/sign-out', isHere)
  const body = new URLSearchParams({ everywhere: '1' })
  expectSignedOut(await newcomer().ownPage('/sign-out', { method: 'POST', headers: { cookie }, body }))
  expect(await statusOf(stays)).toBe(200)
})

test('a sign-out without a session leads to the same page', async ({ newcomer }) => {
  const answer = await newcomer().ownPage('/sign-out', { method: 'POST', body: new URLSearchParams() })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-out'])
  expect(answer.headers.getSetCookie()).toEqual([])
})

test.for<Record<string, string>>([
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example' },
  {},
])('a form of another site signs nobody out (%j)', async (headers, { signedIn }) => {
  const person = await signedIn()
  for (const body of [new URLSearchParams(), new URLSearchParams({ everywhere: '1' })])
    await expectRefusal(await person.request('/sign-out', { method: 'POST', headers, body }), 403, 'csrf')
  expect(await statusOf(person)).toBe(200)
})

test('a link or a look at the page signs nobody out', async ({ signedIn }) => {
  const person = await signedIn()
  for (const method of ['GET', 'HEAD'])
    expect((await person.ownPage('/sign-out?everywhere=1', { method })).status).toBe(200)
  expect(await statusOf(person)).toBe(200)
})

test('a page that was opened before an upgrade works after it: no form names its build', async ({
  signedIn,
}) => {
  const person = await signedIn()
  const pages = ['/', '/sign-in', '/sign-out', '/sign-in?again=1&callbackUrl=/sessions']
  const forms = (await Promise.all(pages.map((path) => formsOf(person, path)))).flat()
  const sentTo = forms.filter(({ action }) => action !== '')
  expect(new Set(sentTo.map(({ action }) => action))).toEqual(
    new Set(['/sign-out', '/sign-out/provider', '/sign-in', '/sign-in/another-device', '/language']),
  )
  for (const { method } of sentTo) expect(method).toBe('post')
  // The choice of a language has the page's own address.
  const others = sentTo.filter(({ action }) => action !== '/language')
  const fields = others.flatMap((form) => [...form.fields].map((field) => field.join('=')))
  expect(new Set(fields)).toEqual(
    new Set(['everywhere=1', 'provider=demo', 'callbackUrl=/', 'callbackUrl=/sessions', 'again=1']),
  )
  for (const path of pages) expect(await (await person.request(path)).text()).not.toContain('$ACTION')
  expectSignedOut(await press(person, { method: 'post', action: '/sign-out', fields: new URLSearchParams() }))
})

const actionId = '0'.repeat(42)
const multipart = new FormData()
multipart.set(`$ACTION_ID_${actionId}`, '')
multipart.set('everywhere', '1')
const pretences: [string, RequestInit][] = [
  ['a script', { headers: { 'next-action': actionId, 'content-type': 'text/plain' }, body: '[]' }],
  ['a form with the header', { headers: { 'next-action': actionId }, body: new URLSearchParams() }],
  ['an empty id', { headers: { 'next-action': '' } }],
  ['an odd id', { headers: { 'next-action': '__proto__' }, body: '[]' }],
  ['a form without JavaScript', { body: multipart }],
]
const pages = [
  '/',
  '/sign-in',
  '/sign-out',
  '/sign-out/',
  '/sign-out/provider',
  '/sign-out/post',
  '/sessions',
  '/error',
  '/handoff',
  '/interaction/unknown',
  '/nowhere',
  '/_next/nowhere',
]

test.for(pages)('%s takes nothing for a Server Action', async (path, { person }) => {
  for (const [kind, init] of pretences) {
    const answer = await person.ownPage(path, {
      method: 'POST',
      ...init,
      headers: { 'sec-fetch-site': 'same-origin', ...init.headers },
    })
    expect({ kind, status: answer.status }).toEqual({ kind, status: expect.toBeOneOf([404, 405]) })
    if (answer.status === 405) expect(answer.headers.get('allow')).toBe('GET, HEAD')
    await expectRefusal(answer, answer.status, answer.status === 404 ? 'not_found' : 'method_not_allowed')
  }
  expect(await statusOf(person)).toBe(200)
})
