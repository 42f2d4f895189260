import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Person } from '../../support/person.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'

type Listed = {
  sid: string
  parent?: string
  kind: string
  current: boolean
  client_id?: string
  client_name?: string
  browser: string | null
  system: string | null
  address: string | null
  same_network: boolean
  created_at: string
  last_used_at: string
  expires_at: string
}

const chrome = {
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
}
const greeting = '/api/backends/demo/api/authenticated/greeting'
const html = { accept: 'text/html' }

const sidOf = async (person: Person) => (await person.session())?.sid ?? ''
const isSignedIn = async (person: Person) => (await person.ownPage(greeting)).status === 200
const end = (person: Person, sid?: string, init: RequestInit = {}) =>
  person.ownPage(sid === undefined ? '/api/sessions' : `/api/sessions/${sid}`, { method: 'DELETE', ...init })
const press = (person: Person, form: Record<string, string>) =>
  person.ownPage('/sessions', { method: 'POST', body: new URLSearchParams(form) })
const pageOf = async (person: Person, path = '/sessions') => (await person.request(path)).text()

const test = base
  /** A browser that this one's session was handed over to. */
  .extend('handOver', perFile, ({ newcomer }) => async (person: Person): Promise<Person> => {
    const child = newcomer(chrome)
    const { nonce } = await person.askForNonce()
    expect((await child.redeem(nonce)).status).toBe(303)
    return child
  })
  .extend('list', perFile, () => async (person: Person): Promise<Listed[]> => {
    const answer = await person.ownPage('/api/sessions')
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    return ((await answer.json()) as { sessions: Listed[] }).sessions
  })
  /** Somebody with sessions of their own alone: a person of the app, new each time. */
  .extend('newApp', perFile, ({ app, baton }) => async () => {
    const webNonce = await app.webNonce(await app.idToken({ sub: randomUUID() }))
    const authorization = `Bearer ${webNonce}`
    return {
      webNonce,
      call: (path: string, init: RequestInit = {}) =>
        fetch(baton.url + path, { ...init, headers: { authorization, ...init.headers } }),
    }
  })

test('a person sees what they have, which came of which, and what runs there', async ({
  signedIn,
  handOver,
  list,
}) => {
  const person = await signedIn('demo', chrome)
  const child = await handOver(person)
  const [sid, childSid] = [await sidOf(person), await sidOf(child)]
  const all = await list(person)
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const common = {
    browser: 'Chrome',
    system: 'Linux',
    address: '127.0.0.1',
    same_network: true,
    created_at: time,
    last_used_at: time,
    expires_at: time,
  }
  expect(all.find((one) => one.sid === sid)).toEqual({ sid, kind: 'browser', current: true, ...common })
  expect(all.find((one) => one.sid === childSid)).toEqual({
    sid: childSid,
    parent: sid,
    kind: 'handoff',
    current: false,
    ...common,
  })
  expect(all.filter(({ current }) => current)).toHaveLength(1)
})

test('a hand-off sees itself alone, by the API and on the pages', async ({ signedIn, handOver, list }) => {
  const person = await signedIn('demo', chrome)
  const [child, sibling] = [await handOver(person), await handOver(person)]
  const own = await list(child)
  expect(own.map(({ sid, current, parent }) => ({ sid, current, parent }))).toEqual([
    { sid: await sidOf(child), current: true, parent: undefined },
  ])
  for (const path of ['/sessions', '/activity', '/sessions?end=all']) {
    const text = await pageOf(child, path)
    for (const other of [person, sibling]) expect(text).not.toContain(await sidOf(other))
  }
  expect(await pageOf(person)).toContain(await sidOf(sibling))
})

test('nobody sees or ends what somebody else has', async ({ signedIn, list }) => {
  const [person, bob] = [await signedIn(), await signedIn('bob')]
  const sid = await sidOf(person)
  expect((await list(bob)).map((one) => one.sid)).not.toContain(sid)
  for (const path of ['/sessions', '/activity']) expect(await pageOf(bob, path)).not.toContain(sid)
  expect(await pageOf(bob, `/sessions?end=${sid}`)).not.toContain('End this session?')
  expect((await end(bob, sid)).status).toBe(404)
  expect((await press(bob, { end: sid })).headers.get('location')).toBe('/sessions')
  expect(await isSignedIn(person)).toBe(true)
})

test('a session is ended with what came of it, and nothing else is', async ({ signedIn, handOver, sql }) => {
  const person = await signedIn()
  const [child, sibling] = [await handOver(person), await handOver(person)]
  const sid = await sidOf(child)
  const answer = await end(person, sid)
  expect([answer.status, await answer.text(), answer.headers.getSetCookie()]).toEqual([204, '', []])
  expect(await Promise.all([child, sibling, person].map(isSignedIn))).toEqual([false, true, true])
  const told = await sql('SELECT type, reason FROM audit_events WHERE session_id = $1 ORDER BY id', [sid])
  expect(told).toEqual([
    { type: 'redeemed', reason: null },
    { type: 'revoked', reason: 'ended_by_person' },
  ])
})

test('to end where it came from ends a hand-off, and takes the cookie from its own browser', async ({
  signedIn,
  handOver,
}) => {
  const person = await signedIn()
  const child = await handOver(person)
  const answer = await end(person, await sidOf(person))
  expect(answer.status).toBe(204)
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^baton\.session=;.*Max-Age=0/)])
  expect(await Promise.all([child, person].map(isSignedIn))).toEqual([false, false])
})

test('a hand-off ends itself and nothing of its source, however it is asked', async ({
  signedIn,
  handOver,
}) => {
  const person = await signedIn()
  const [child, sibling] = [await handOver(person), await handOver(person)]
  for (const other of [person, sibling]) {
    const sid = await sidOf(other)
    expect((await end(child, sid)).status).toBe(404)
    expect((await press(child, { end: sid })).status).toBe(303)
  }
  expect(await Promise.all([child, sibling, person].map(isSignedIn))).toEqual([true, true, true])
  expect((await end(child)).status).toBe(204)
  expect((await press(sibling, { end: 'all' })).headers.get('location')).toBe('/sign-out')
  expect(await Promise.all([child, sibling, person].map(isSignedIn))).toEqual([false, false, true])
})

const strange = [
  'unknown',
  '',
  '%2e',
  'ALL',
  'events/x',
  '00000000-0000-0000-0000-00000000000',
  "'--",
  '0'.repeat(2000),
]

test.for(strange)('a session id of "%s" is none', async (sid, { person }) => {
  const answer = await end(person, sid)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ error: 'not_found' })
  expect(await isSignedIn(person)).toBe(true)
})

test('a session that has ended is none, in a copy of its cookie as well', async ({ signedIn, handOver }) => {
  const person = await signedIn()
  const child = await handOver(person)
  const sid = await sidOf(child)
  expect((await end(person, sid)).status).toBe(204)
  expect((await end(person, sid)).status).toBe(404)
  expect((await end(child)).status).toBe(401)
  expect((await press(child, { end: 'all' })).headers.get('location')).toBe('/sign-in?callbackUrl=/sessions')
  expect(await isSignedIn(person)).toBe(true)
})

test('a session that another instance has ended just now ends no others', async ({
  signedIn,
  handOver,
  sql,
}) => {
  const person = await signedIn()
  const [child, sid] = [await handOver(person), await sidOf(person)]
  expect(await isSignedIn(person)).toBe(true)
  await sql('UPDATE sessions SET ended_at = now() WHERE id = $1', [sid])
  expect((await end(person, await sidOf(child))).status).toBe(401)
  expect((await press(person, { end: 'all' })).headers.get('location')).toContain('/sign-in')
  expect(await isSignedIn(child)).toBe(true)
})

test('an app sees and ends what its person has, by its web nonce', async ({ newApp, newcomer }) => {
  const app = await newApp()
  const nonce = await app.call('/api/nonce', { method: 'POST' })
  const child = newcomer(chrome)
  await child.redeem(((await nonce.json()) as { nonce: string }).nonce)
  const { sessions } = (await (await app.call('/api/sessions')).json()) as { sessions: Listed[] }
  expect(sessions).toMatchObject([
    { kind: 'app', current: true, client_id: 'app', client_name: 'app' },
    { kind: 'handoff', current: false, client_id: 'app', browser: 'Chrome', parent: sessions[0]?.sid },
  ])
  const ended = await app.call(`/api/sessions/${sessions[1]?.sid}`, { method: 'DELETE' })
  expect([ended.status, ended.headers.getSetCookie()]).toEqual([204, []])
  expect((await child.ownPage('/api/sessions')).status).toBe(401)
  expect((await app.call('/api/sessions', { method: 'DELETE' })).status).toBe(204)
  expect((await app.call('/api/sessions')).status).toBe(401)
})

test('all that a person has ends at once, this session too, and nothing of somebody else', async ({
  newApp,
  person,
}) => {
  const app = await newApp()
  expect((await app.call('/api/sessions', { method: 'DELETE' })).status).toBe(204)
  expect((await app.call('/api/sessions')).status).toBe(401)
  expect(await isSignedIn(person)).toBe(true)
})

const foreign: [string, RequestInit][] = [
  ['another site', { headers: { 'sec-fetch-site': 'cross-site' } }],
  ['a sibling subdomain', { headers: { 'sec-fetch-site': 'same-site' } }],
  ['another origin', { headers: { origin: 'https://evil.example' } }],
]

test.for(foreign)('%s sees and ends nothing', async ([, { headers }], { signedIn }) => {
  const person = await signedIn()
  const sid = await sidOf(person)
  const calls: [string, RequestInit][] = [
    ['/api/sessions', {}],
    ['/api/sessions/events', {}],
    ['/api/sessions', { method: 'DELETE' }],
    [`/api/sessions/${sid}`, { method: 'DELETE' }],
    ['/sessions', { method: 'POST', body: new URLSearchParams({ end: sid }) }],
    ['/sessions', { method: 'POST', body: new URLSearchParams({ end: 'all' }) }],
  ]
  for (const [path, init] of calls) {
    // Without Fetch Metadata an `Origin` speaks for what may change something, and for what may not alike.
    const answer = await person.request(path, { ...init, headers: headers ?? {} })
    expect([path, init.method, answer.status]).toEqual([path, init.method, 403])
    await answer.body?.cancel()
  }
  expect(await isSignedIn(person)).toBe(true)
})

test('what changes something needs to say where it comes from', async ({ signedIn }) => {
  const person = await signedIn()
  expect((await person.request('/api/sessions', { method: 'DELETE' })).status).toBe(403)
  const form = { method: 'POST', body: new URLSearchParams({ end: 'all' }) }
  expect((await person.request('/sessions', form)).status).toBe(403)
  expect(await isSignedIn(person)).toBe(true)
})

test('nobody is signed in: 401 for programs, the way to sign-in for people', async ({ newcomer }) => {
  for (const [path, method] of [
    ['/api/sessions', 'GET'],
    ['/api/sessions', 'DELETE'],
    [`/api/sessions/${randomUUID()}`, 'DELETE'],
    ['/api/sessions/events', 'GET'],
  ] as const) {
    const answer = await newcomer().ownPage(path, { method })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  }
  for (const path of ['/sessions', '/activity']) {
    const answer = await newcomer().request(path, { headers: html })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toContain(`/sign-in?callbackUrl=${encodeURIComponent(path)}`)
  }
})

test('the page of before leads to that of now, with its query', async ({ person }) => {
  for (const query of ['', '?of=inbox']) {
    const answer = await person.request(`/session${query}`)
    expect([answer.status, answer.headers.get('location')]).toEqual([308, `/sessions${query}`])
  }
})

test('the page asks before it ends the session of its own browser, and by a form alone otherwise', async ({
  signedIn,
  handOver,
}) => {
  const person = await signedIn()
  const [child] = [await handOver(person), await handOver(person)]
  const [sid, childSid] = [await sidOf(person), await sidOf(child)]
  const page = await pageOf(person)
  const ends = (id: string) => page.includes(`<input type="hidden" name="end" value="${id}"/>`)
  expect([ends(sid), ends(childSid)]).toEqual([false, true])
  expect(page).toContain(`/sessions?end=${sid}`)
  expect(page).toContain('with 2 others')
  const question = await pageOf(person, `/sessions?end=${sid}`)
  expect(question).toContain('This browser is signed out, and 2 other sessions with it.')
  expect(question).toContain(`<input type="hidden" name="end" value="${sid}"/>`)
  const answer = await press(person, { end: sid })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-out'])
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^baton\.session=;/)])
})

test('a replay and a refused attempt show as notices, and on the timeline', async ({
  signedIn,
  handOver,
  newcomer,
}) => {
  const person = await signedIn()
  const { nonce } = await person.askForNonce()
  const [first, second] = [newcomer(), newcomer(chrome)]
  const presses = [await first.openHandoff(nonce), await second.openHandoff(nonce)]
  for (const go of presses) if (typeof go === 'function') await go()
  const page = await pageOf(person)
  expect(page).toContain('Was this you?')
  expect(page).toContain('Another browser tried to use a link that was used already.')
  const activity = await pageOf(person, '/activity')
  expect(activity).toContain('Tried again')
  expect(activity).toContain('Chrome on Linux')
  // The hand-off does not learn where its source was, or who else tried.
  const child = await handOver(person)
  expect(await pageOf(child)).not.toContain('Was this you?')
  expect(await pageOf(child, '/activity')).toContain('Nothing here yet')
})

test('the timeline has thirty hand-offs a page, the newest first, and a link to the older ones', async ({
  signedIn,
  sql,
}) => {
  const bob = await signedIn('bob')
  // Others use this Baton as well.
  const earlier = await sql(`SELECT FROM audit_events WHERE type = 'issued' AND user_id = $1`, [
    (await bob.session())?.user.id,
  ])
  for (let made = 0; made < 31; made++) await bob.askForNonce()
  const first = await pageOf(bob, '/activity')
  const of = (page: string) => page.match(/<article/g)?.length
  expect([of(first), first.includes('Newest')]).toEqual([30, false])
  const [, older = ''] = /href="(\/activity\?before=[\da-f]{64})"/.exec(first) ?? []
  const second = await pageOf(bob, older)
  expect([of(second), second.includes('Newest'), second.includes('href="/activity?before=')]).toEqual([
    earlier.length + 1,
    true,
    false,
  ])
  for (const place of ['x', 'f'.repeat(64), `${'f'.repeat(64)}&before=x`])
    expect(of(await pageOf(bob, `/activity?before=${place}`))).toBe(30)
})
