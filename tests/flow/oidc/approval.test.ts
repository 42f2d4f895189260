import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { digitsIn } from '../../support/another-device.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import type { Person } from '../../support/person.ts'
import { follow, redirectUri, relyingParty } from '../../support/relying-party.ts'
import { perFile } from '../../support/test.ts'
import { answer, test as base, statusOf } from '../../support/test-approval.ts'
import { errorOf as errorIn } from '../../support/test-oidc.ts'
import { newVerifier } from '../../support/verifier.ts'

const test = base
  .extend('web', perFile, ({ baton }) => relyingParty(baton.url, 'web'))
  /** The step at which an application's request with this nonce waits, in a browser. */
  .extend(
    'opened',
    ({ web, newcomer }) =>
      async (nonce: string, browser = newcomer(), more: Record<string, string> = {}) => {
        const { url, checks } = await web.beginWithNonce(nonce, more)
        const step = await follow(browser, url)
        const { fields } = readHandoffPage(step.page?.html ?? '')
        const press = (form = {}) => {
          const body = new URLSearchParams({ ...fields, ...form })
          return browser.ownPage(step.url.href, { method: 'POST', body })
        }
        return { step, browser, press, checks }
      },
  )

/** Where an answer of a step leads in the end. */
const endOf = async (browser: Person, given: Response) =>
  (await follow(browser, new URL(given.headers.get('location') ?? '', browser.origin))).url

test('at an application as well, the source approves the browser that asks', async ({
  person,
  opened,
  web,
}) => {
  const { nonce } = await person.askForNonce({ target: 'web', approval: 'source' })
  const { step, browser, press, checks } = await opened(nonce)
  const first = await press()
  expect(first.status).toBe(202)
  const number = digitsIn(await first.text())
  expect(await statusOf(person, nonce)).toMatchObject({ state: 'asking', number })
  expect(digitsIn(await (await browser.request(step.url.href)).text())).toBe(number)
  expect(digitsIn(await (await press()).text())).toBe(number)
  expect((await answer(person, nonce, 'yes')).status).toBe(204)
  const tokens = await web.finish(await endOf(browser, await press()), checks)
  expect(decodeJwt(tokens.id_token ?? '').acr).toBe('urn:baton:authentication:nonce')
  expect(await statusOf(person, nonce)).toEqual({ state: 'spent' })
})

test('there as well, the page that waits needs no code again, and cancels without it', async ({
  person,
  opened,
  web,
}) => {
  for (const end of ['approved', 'cancelled']) {
    const { verifier, challenge } = newVerifier()
    const { nonce } = await person.askForNonce({ target: 'web', approval: 'source', ...challenge })
    const { browser, press, checks } = await opened(nonce)
    expect((await press({ verifier })).status).toBe(202)
    // Baton's own page of this nonce has nothing to say while the application's step asks.
    const first = await (await browser.request(`/handoff?nonce=${nonce}`)).text()
    expect(digitsIn(first)).toBeUndefined()
    if (end === 'cancelled') {
      expect(errorIn(await endOf(browser, await press({ answer: 'cancel' })))).toBe('access_denied')
      expect((await statusOf(person, nonce)).state).toBe('cancelled')
    } else {
      await answer(person, nonce, 'yes')
      expect((await web.finish(await endOf(browser, await press()), checks)).id_token).toBeDefined()
    }
  }
})

test('there, a second browser that asks cancels the nonce for both', async ({ person, opened }) => {
  const { nonce } = await person.askForNonce({ target: 'web', approval: 'source' })
  const [one, other] = [await opened(nonce), await opened(nonce)]
  expect((await one.press()).status).toBe(202)
  await answer(person, nonce, 'yes')
  for (const { browser, press } of [other, one])
    expect(errorIn(await endOf(browser, await press()))).toBe('unmet_authentication_requirements')
  expect((await statusOf(person, nonce)).state).toBe('cancelled')
})

test('a person who cancels goes back to the application, and the source sees it', async ({
  person,
  opened,
}) => {
  const { nonce } = await person.askForNonce({ target: 'web' })
  const { browser, press } = await opened(nonce)
  const end = await endOf(browser, await press({ answer: 'cancel' }))
  expect([end.href.startsWith(redirectUri), errorIn(end)]).toEqual([true, 'access_denied'])
  expect((await statusOf(person, nonce)).state).toBe('cancelled')
})

test('the form of a step needs its token, whatever the browser says of where it comes from', async ({
  person,
  opened,
}) => {
  const { nonce } = await person.askForNonce({ target: 'web' })
  const { step, browser, press } = await opened(nonce)
  for (const site of ['same-origin', 'none', undefined]) {
    const headers: Record<string, string> = site === undefined ? {} : { 'sec-fetch-site': site }
    const bare = await browser.request(step.url.href, {
      method: 'POST',
      body: new URLSearchParams(),
      headers,
    })
    expect([bare.status, await bare.json()]).toMatchObject([403, { error: 'csrf' }])
  }
  const { fields } = readHandoffPage(step.page?.html ?? '')
  for (const site of ['cross-site', 'same-site']) {
    const init = { method: 'POST', body: new URLSearchParams(fields), headers: { 'sec-fetch-site': site } }
    expect((await browser.request(step.url.href, init)).status).toBe(403)
  }
  expect((await press()).status).toBe(303)
})

test('a browser that has redeemed a nonce is signed in by it again, and no other one is', async ({
  person,
  opened,
  web,
  newcomer,
}) => {
  const { nonce } = await person.askForNonce({ target: 'web' })
  const { browser, press, checks } = await opened(nonce)
  const tab = await opened(nonce, browser)
  const late = await opened(nonce)
  const first = await web.finish(await endOf(browser, await press()), checks)
  const second = await web.finish(await endOf(browser, await tab.press()), tab.checks)
  // The answer was lost: the application begins anew, and no page asks.
  const again = await opened(nonce, browser)
  const third = await web.finish(again.step.url, again.checks)
  const sids = [first, second, third].map(({ id_token = '' }) => decodeJwt(id_token).sid)
  expect(new Set(sids).size).toBe(1)
  expect(errorIn((await opened(nonce, newcomer())).step.url)).toBe('unmet_authentication_requirements')
  expect(errorIn(await endOf(late.browser, await late.press()))).toBe('unmet_authentication_requirements')
})

test('two tabs of one browser that press at once are signed in alike', async ({ person, opened, web }) => {
  for (let round = 0; round < 5; round++) {
    const { nonce } = await person.askForNonce({ target: 'web' })
    const one = await opened(nonce)
    const other = await opened(nonce, one.browser)
    const answers = await Promise.all([one, other].map(({ press }) => press()))
    const tokens = []
    for (const [index, { browser, checks }] of [one, other].entries())
      tokens.push(await web.finish(await endOf(browser, answers[index] as Response), checks))
    const [first, second] = tokens.map(({ id_token = '' }) => decodeJwt(id_token).sid)
    expect(first).toBe(second)
  }
})

test('once that session has ended, its browser gets nothing by the nonce', async ({
  signedIn,
  opened,
  web,
}) => {
  const source = await signedIn()
  const { nonce } = await source.askForNonce({ target: 'web' })
  const { browser, press, checks } = await opened(nonce)
  await web.finish(await endOf(browser, await press()), checks)
  await source.signOut()
  expect(errorIn((await opened(nonce, browser)).step.url)).toBe('unmet_authentication_requirements')
})

test('the browser of a nonce gets nothing by it at another application', async ({
  person,
  opened,
  baton,
}) => {
  const { nonce } = await person.askForNonce({ target: 'web' })
  const { browser, press } = await opened(nonce)
  expect((await press()).status).toBe(303)
  const { url } = await (await relyingParty(baton.url, 'heard')).beginWithNonce(nonce)
  expect(errorIn((await follow(browser, url)).url)).toBe('unmet_authentication_requirements')
})

test('wrong verifiers count there as well', async ({ person, opened, sql }) => {
  const { challenge, verifier } = newVerifier()
  const { nonce } = await person.askForNonce({ target: 'web', ...challenge })
  for (let guess = 0; guess < 5; guess++) {
    const { browser, press } = await opened(nonce)
    const end = await endOf(browser, await press({ verifier: newVerifier().verifier }))
    expect(errorIn(end)).toBe('unmet_authentication_requirements')
  }
  const rows = await sql(`SELECT FROM nonces WHERE closed_as = 'guessed' AND wrong_verifiers = 5`)
  expect(rows).toHaveLength(1)
  const { step } = await opened(nonce)
  expect(errorIn(step.url)).toBe('unmet_authentication_requirements')
  expect(verifier).toMatch(/^[\w-]{43}$/)
})

test('a browser keeps five steps, each in a cookie with its uid, and the oldest goes', async ({
  web,
  newcomer,
}) => {
  const browser = newcomer()
  const steps = []
  for (let turn = 0; turn < 7; turn++) steps.push((await follow(browser, (await web.begin()).url)).url)
  const uids = steps.map(
    (url) => /interaction\/([\w-]+)/.exec(url.searchParams.get('callbackUrl') ?? '')?.[1],
  )
  expect(new Set(uids).size).toBe(7)
  const { cookies } = await browser.jar.serialize()
  for (const kind of ['step', 'resume']) {
    const kept = cookies.filter(({ key }) => key?.startsWith(`baton.oidc.${kind}.`) && !key.endsWith('.sig'))
    expect(kept.map(({ key }) => key)).toEqual(uids.slice(2).map((uid) => `baton.oidc.${kind}.${uid}`))
    for (const cookie of kept) expect(cookie).toMatchObject({ path: '/', sameSite: 'lax', httpOnly: true })
  }
  const statuses = []
  for (const uid of uids) statuses.push((await browser.request(`/interaction/${uid}`)).status)
  expect(statuses).toEqual([410, 410, 303, 303, 303, 303, 303])
})

test('a step that is too late for its request asks nobody', async ({ person, opened, sql }) => {
  const { nonce } = await person.askForNonce({ target: 'web', approval: 'source' })
  await sql(`UPDATE nonces SET auth_time = now() - interval '58 s' WHERE hash = $1`, [nonceHash(nonce)])
  const { browser, press } = await opened(nonce, undefined, { max_age: '60' })
  await sql(`UPDATE nonces SET auth_time = now() - interval '61 s' WHERE hash = $1`, [nonceHash(nonce)])
  expect(errorIn(await endOf(browser, await press()))).toBe('unmet_authentication_requirements')
  expect((await statusOf(person, nonce)).state).toBe('opened')
})
