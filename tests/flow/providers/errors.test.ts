import { expect } from 'vitest'
import type { Habits } from '../../support/servers/fake-provider/habits.ts'
import { beginSignIn, visit } from '../../support/sign-in-at.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-providers.ts'

const test = base
  .extend('rows', perFile, [
    { id: 'login' },
    { id: 'wrong-secret', entry: { clientSecret: 'another secret' } },
    { id: 'never-asked' },
    { id: 'closed', entry: { allow: { claims: { team: ['red'] } } } },
  ])
  /** Fails to sign in, and looks at where the callback leads. */
  .extend('failed', ({ newcomer, provider, baton }) => async (id: string, before = async () => {}) => {
    const person = newcomer()
    const back = await visit(provider(id), await beginSignIn(person, id, '/inbox?unread=1'))
    await before()
    const answer = await person.arrive(back.address)
    const page = new URL(answer.headers.get('location') ?? '', baton.url)
    expect(await person.session()).toBeNull()
    return { page, requestId: answer.headers.get('x-request-id'), person }
  })
  /** The log lines about a request, once they are written. */
  .extend('linesOf', ({ baton }) => async (reference: string) => {
    const lines = () =>
      baton
        .log()
        .split('\n')
        .filter((line) => line.includes(reference))
    await expect.poll(lines).not.toEqual([])
    return lines()
  })

const answering = (error: string): Partial<Habits> => ({
  authorizationError: { error, error_description: 'As the test says.' },
})
const atCode = (status: number, error: string): Partial<Habits> => ({
  atCode: { status, body: JSON.stringify({ error, error_description: 'As the test says.' }) },
})

const failures: [code: string, name: string, id: string, habits: Partial<Habits>, told: RegExp][] = [
  ['AccessDenied', 'access_denied', 'login', answering('access_denied'), /access_denied/],
  ['Unavailable', 'server_error', 'login', answering('server_error'), /server_error/],
  ['Unavailable', 'a bad day', 'login', answering('temporarily_unavailable'), /temporarily_unavailable/],
  ['Configuration', 'an unknown scope', 'login', answering('invalid_scope'), /invalid_scope/],
  ['Configuration', 'no right to ask', 'login', answering('unauthorized_client'), /unauthorized_client/],
  ['Configuration', 'a wrong client secret', 'wrong-secret', {}, /invalid_client/],
  [
    'Configuration',
    'a grant type it refuses',
    'login',
    atCode(400, 'unauthorized_client'),
    /unauthorized_cl/,
  ],
  ['Unavailable', 'a token endpoint with 503', 'login', atCode(503, 'temporarily_unavailable'), /503|tempor/],
  ['Unavailable', 'a token endpoint that breaks', 'login', { atCode: { breaks: true } }, /./],
  [
    'Configuration',
    'an ID token of another issuer',
    'login',
    { idTokenClaims: { iss: 'https://a.example' } },
    /./,
  ],
  ['Configuration', 'a clock an hour behind', 'login', { clockAhead: -3600 }, /./],
  ['NotAllowed', 'somebody whom allow keeps out', 'closed', {}, /access_denied|allow/],
]

test.for(failures.map(([code, name, ...rest]) => [name, code, ...rest] as const))(
  'a callback that fails by %s leads to a page with %s, and one log line tells the operator',
  async ([, code, id, habits, told], { failed, change, linesOf }) => {
    change(id, habits)
    const { page, requestId, person } = await failed(id)
    expect([page.pathname, page.searchParams.get('error')]).toEqual(['/error', code])
    expect(page.searchParams.get('callbackUrl')).toBe('/inbox?unread=1')
    const reference = page.searchParams.get('reference') ?? ''
    expect(reference).toMatch(/^\S{8,}$/)
    expect(reference).toBe(requestId)

    const shown = await person.request(page.href)
    expect(shown.status).toBe(200)
    expect(await shown.text()).toContain(reference)

    const lines = (await linesOf(reference)).filter((line) => line.includes(`"provider":"${id}"`))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(told)
    expect(lines[0]).not.toMatch(/another secret|secret of baton/)
  },
)

test('a provider that goes down before the callback is Unavailable', async ({ failed, provider }) => {
  const { page } = await failed('login', () => provider('login').goDown())
  await provider('login').comeBack()
  expect([page.pathname, page.searchParams.get('error')]).toEqual(['/error', 'Unavailable'])
})

test('a callback of a sign-in that this browser does not know is Expired', async ({ newcomer, baton }) => {
  const answer = await newcomer().arrive('/api/auth/callback/login?code=a&state=unknown')
  const page = new URL(answer.headers.get('location') ?? '', baton.url)
  expect([page.pathname, page.searchParams.get('error')]).toEqual(['/error', 'Expired'])
})

test('words of a provider that are no text are no fault of Baton', async ({ failed, change }) => {
  change('login', { atCode: { status: 400, body: '{"error":{"a":1},"error_description":{"b":2}}' } })
  const { page } = await failed('login')
  expect(page.pathname).toBe('/error')
  change('login', { atCode: {} })
})

test('the words of a provider are not shown on the page', async ({ failed, change }) => {
  change('login', {
    authorizationError: { error: 'invalid_scope', error_description: '<b>Call this number</b>' },
  })
  const { page, person } = await failed('login')
  expect(page.href).not.toMatch(/number/)
  expect(await (await person.request(page.href)).text()).not.toMatch(/Call this number/)
})

test('the page about a sign-in that cannot begin leads on to this origin alone', async ({
  newcomer,
  provider,
  baton,
}) => {
  await provider('never-asked').goDown()
  const leadsTo = async (callbackUrl: string) => {
    const { pathname, searchParams } = await beginSignIn(newcomer(), 'never-asked', callbackUrl)
    return [pathname, searchParams.get('error'), searchParams.get('callbackUrl')]
  }
  expect(await leadsTo('//other.example/inbox')).toEqual(['/sign-in', 'Unavailable', '/'])
  expect(await leadsTo(`${baton.url}/inbox`)).toEqual(['/sign-in', 'Unavailable', '/inbox'])
  await provider('never-asked').comeBack()
})
