import { expect } from 'vitest'
import { settledLines } from '../../support/log-lines.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import type { Person } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'
import { answer } from '../../support/test-approval.ts'
import { newVerifier } from '../../support/verifier.ts'

const navigation = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }

const test = base
  .extend('setup', perFile, {
    config: (partners) => partners.config({ handoff: { nonceTtl: 120, onReplay: 'end' } }),
  } satisfies Setup)
  /** A browser that has the page of a nonce open. */
  .extend('opened', ({ newcomer }) => async (nonce: string, browser = newcomer()) => {
    const press = await browser.openHandoff(nonce)
    if (press instanceof Response) throw new Error(`no page: ${press.status}`)
    return { browser, press }
  })
  .extend('events', ({ baton }) => async (nonce: string) => {
    const id = nonceHash(nonce).toString('hex')
    const lines = (await settledLines(baton)).filter((line) => line.nonce === id)
    return lines
      .filter(({ event }) => /refused|replayed/.test(event ?? ''))
      .map(({ event, reason }) => (reason ? `${event} ${reason}` : event))
  })
  .extend('backdate', ({ sql }) => async (nonce: string, column: string, seconds: number) => {
    const past = `now() - interval '${seconds} s'`
    await sql(`UPDATE nonces SET ${column} = ${past} WHERE hash = $1`, [nonceHash(nonce)])
  })

const sidOf = async (browser: Person) => (await browser.session())?.sid

test('a second press, a reload, the back button and a second tab of one browser get one session', async ({
  person,
  opened,
  sql,
}) => {
  const { nonce } = await person.askForNonce({ redirect_to: '/sessions' })
  const { browser, press } = await opened(nonce)
  const tab = await opened(nonce, browser)
  expect((await press()).status).toBe(303)
  const sid = await sidOf(browser)
  for (const again of [
    press,
    tab.press,
    () => browser.request(`/handoff?nonce=${nonce}`),
    () => browser.request('/handoff'),
  ]) {
    const answer = await again()
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sessions'])
    expect(await sidOf(browser)).toBe(sid)
  }
  const children = await sql(`SELECT FROM sessions WHERE parent_id = $1`, [await sidOf(person)])
  expect(children).toHaveLength(1)
})

test('a lost answer costs nothing: the reload signs in', async ({ person, opened }) => {
  const { nonce } = await person.askForNonce()
  const { browser, press } = await opened(nonce)
  const before = await browser.jar.serialize()
  await press()
  // The answer with its cookie never arrived.
  await browser.jar.removeAllCookies()
  for (const cookie of before.cookies)
    await browser.jar.setCookie(`${cookie.key}=${cookie.value}; Path=/`, browser.origin)
  expect(await browser.session()).toBeNull()
  expect((await browser.request('/handoff')).status).toBe(303)
  expect((await browser.session())?.user.name).toBe('Demo User')
})

test('the same browser comes back for five minutes, and no longer', async ({ person, opened, backdate }) => {
  const { nonce } = await person.askForNonce()
  const { browser, press } = await opened(nonce)
  await press()
  await backdate(nonce, 'used_at', 295)
  expect((await browser.request('/handoff')).status).toBe(303)
  await backdate(nonce, 'used_at', 301)
  expect((await browser.request('/handoff')).status).toBe(410)
  expect((await press()).status).toBe(410)
  expect(await sidOf(browser)).toBeDefined()
})

test('it gets nothing once that session has ended, or another one stands in the browser', async ({
  person,
  opened,
  signedIn,
}) => {
  const first = await opened((await person.askForNonce()).nonce)
  await first.press()
  await first.browser.signOut()
  expect((await first.press()).status).toBe(410)
  expect((await first.browser.request('/handoff')).status).toBe(410)

  const bob = await signedIn('bob')
  const one = (await person.askForNonce()).nonce
  const second = await opened(one)
  await second.press()
  const other = await opened((await bob.askForNonce()).nonce, second.browser)
  await other.press()
  expect((await second.browser.session())?.user.name).toBe('Bob Builder')
  expect((await second.press()).status).toBe(410)
  expect((await second.browser.request(`/handoff?nonce=${one}`)).status).toBe(410)
  expect((await second.browser.session())?.user.name).toBe('Bob Builder')
})

test('it does not replace a person who has signed in there since, after the session was lost', async ({
  person,
  opened,
}) => {
  const { browser, press } = await opened((await person.askForNonce()).nonce)
  await press()
  await browser.jar.setCookie('baton.session=; Max-Age=0; Path=/', browser.origin)
  await browser.signIn('bob')
  expect((await press()).status).toBe(410)
  expect((await browser.session())?.user.name).toBe('Bob Builder')
})

test('another browser that could have spent a nonce raises the alarm, and ends what it made', async ({
  person,
  opened,
  events,
}) => {
  const { nonce } = await person.askForNonce()
  const [victim, thief] = [await opened(nonce), await opened(nonce)]
  expect((await victim.press()).status).toBe(303)
  expect((await thief.press()).status).toBe(410)
  expect(await events(nonce)).toEqual(['handoff.replayed'])
  expect(await victim.browser.session()).toBeNull()
  expect(await thief.browser.session()).toBeNull()
  // The source goes on.
  expect(await person.session()).not.toBeNull()
})

test('so does one with the verifier in the header; one with a wrong verifier could not have', async ({
  person,
  newcomer,
  events,
}) => {
  const { verifier, challenge } = newVerifier()
  const { nonce } = await person.askForNonce(challenge)
  const load = (browser: Person, shown: string) =>
    browser.request(`/handoff?nonce=${nonce}`, { headers: { 'baton-handoff-verifier': shown } })
  const view = newcomer()
  await load(view, verifier)
  await view.redeem(nonce)
  const sid = await sidOf(view)
  expect((await load(newcomer(), newVerifier().verifier)).status).toBe(410)
  expect([await sidOf(view), await events(nonce)]).toEqual([sid, ['handoff.refused spent']])
  // The view itself may load it again.
  expect((await load(view, verifier)).status).toBe(303)
  expect((await load(newcomer(), verifier)).status).toBe(410)
  expect(await events(nonce)).toEqual(['handoff.refused spent', 'handoff.replayed'])
  expect(await view.session()).toBeNull()
})

test('two minutes after the issue of a nonce a replay is an alarm alone', async ({
  person,
  opened,
  backdate,
  events,
}) => {
  const { nonce } = await person.askForNonce()
  const [victim, thief] = [await opened(nonce), await opened(nonce)]
  await victim.press()
  await backdate(nonce, 'created_at', 121)
  expect((await thief.press()).status).toBe(410)
  expect(await events(nonce)).toEqual(['handoff.replayed'])
  expect(await victim.browser.session()).not.toBeNull()
})

test('a scanner or a person who opens a spent link ends nothing; a person who does is an event', async ({
  person,
  opened,
  newcomer,
  events,
}) => {
  const { nonce } = await person.askForNonce()
  const { browser, press } = await opened(nonce)
  await press()
  for (const method of ['HEAD', 'GET'])
    expect((await newcomer().request(`/handoff?nonce=${nonce}`, { method })).status).toBe(410)
  expect(await events(nonce)).toEqual([])
  expect((await newcomer().request(`/handoff?nonce=${nonce}`, { headers: navigation })).status).toBe(410)
  expect(await events(nonce)).toEqual(['handoff.refused spent'])
  expect(await browser.session()).not.toBeNull()
})

test('what is stored leads to no browser, and what is logged to no nonce', async ({
  person,
  opened,
  sql,
  baton,
}) => {
  const { nonce } = await person.askForNonce()
  const { browser, press } = await opened(nonce)
  const cookie = await browser.cookies('/handoff')
  await press()
  const [row] = await sql<{ row: string }>('SELECT to_jsonb(t)::text AS row FROM nonces t WHERE hash = $1', [
    nonceHash(nonce),
  ])
  expect(row?.row).toContain('spent_by')
  for (const secret of [nonce, cookie.split('=')[1] ?? ''])
    expect(row?.row + baton.log()).not.toContain(secret)
})

test('a browser that could not have spent a nonce ends nothing', async ({
  person,
  opened,
  newcomer,
  events,
}) => {
  const header = (nonce: string, verifier: string) =>
    newcomer().request(`/handoff?nonce=${nonce}`, { headers: { 'baton-handoff-verifier': verifier } })

  // The header says nothing of a nonce that is not bound: a GET does not spend it.
  const unbound = (await person.askForNonce()).nonce
  const first = await opened(unbound)
  await first.press()
  expect((await header(unbound, newVerifier().verifier)).status).toBe(410)
  expect([await events(unbound), await first.browser.session()]).toEqual([
    ['handoff.refused spent'],
    expect.anything(),
  ])

  // Another browser had no yes.
  const approved = (await person.askForNonce({ approval: 'source' })).nonce
  const [asks, thief] = [await opened(approved), await opened(approved)]
  await asks.press()
  await answer(person, approved, 'yes')
  expect((await asks.press()).status).toBe(303)
  expect((await thief.press()).status).toBe(410)
  expect([await events(approved), await asks.browser.session()]).toEqual([
    ['handoff.refused spent'],
    expect.anything(),
  ])
})
