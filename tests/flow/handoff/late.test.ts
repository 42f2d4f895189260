import { expect } from 'vitest'
import { openPageProof, sealPageProof } from '#lib/handoff/page-proof.ts'
import { authSecret } from '../../support/baton.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import type { Person } from '../../support/person.ts'
import { test as base } from '../../support/test.ts'

const test = base
  // The page counts as opened when it was; the nonce's own time is what has run out since.
  .extend('expire', ({ sql }) => async (nonce: string): Promise<void> => {
    await sql('UPDATE nonces SET expires_at = clock_timestamp() WHERE hash = $1', [nonceHash(nonce)])
  })
  .extend(
    'openedThenExpired',
    ({ person, newcomer, expire }) =>
      async (): Promise<{ nonce: string; target: Person }> => {
        const { nonce } = await person.askForNonce()
        const target = newcomer()
        expect((await target.request(`/handoff?nonce=${nonce}`)).status).toBe(200)
        await expire(nonce)
        return { nonce, target }
      },
  )
  .extend('proofIn', ({ baton }) => async (person: Person) => {
    const cookies = await person.jar.getCookies(`${baton.url}/handoff`)
    const cookie = cookies.find(({ key }) => key.startsWith('baton.handoff.'))
    const proof = await openPageProof(cookie?.value ?? '', [authSecret])
    if (!cookie || !proof) throw new Error('this browser keeps no page')
    return { key: cookie.key, proof, openedAt: proof.openedAt }
  })
  // Only the page's sealed cookie has the time of its first opening: an older cookie makes an older page.
  .extend(
    'browserThatOpened',
    ({ newcomer, proofIn, baton }) =>
      async (nonce: string, secondsAgo: number): Promise<Person> => {
        const target = newcomer()
        await target.request(`/handoff?nonce=${nonce}`)
        const { key, proof } = await proofIn(target)
        const openedAt = new Date(Date.now() - secondsAgo * 1000)
        const value = await sealPageProof({ ...proof, openedAt }, [authSecret])
        await target.jar.setCookie(`${key}=${value}; Path=/`, baton.url)
        return target
      },
  )

test('a page that was opened in time still continues after the nonce has expired', async ({
  openedThenExpired,
}) => {
  const { nonce, target } = await openedThenExpired()
  expect((await target.redeem(nonce)).status).toBe(303)
  expect((await target.session())?.user.name).toBe('Demo User')
})

test('the same browser may open that page again, and another may not', async ({
  openedThenExpired,
  newcomer,
}) => {
  const { nonce, target } = await openedThenExpired()
  expect((await target.request(`/handoff?nonce=${nonce}`)).status).toBe(200)
  expect((await newcomer().request(`/handoff?nonce=${nonce}`)).status).toBe(410)
})

test('an expired nonce is dead in a browser that did not open its page', async ({
  openedThenExpired,
  newcomer,
}) => {
  const { nonce, target } = await openedThenExpired()
  expect((await newcomer().redeem(nonce)).status).toBe(410)
  // The page of another nonce is none for this one.
  const other = await openedThenExpired()
  expect((await other.target.redeem(nonce)).status).toBe(410)
  expect((await target.redeem(nonce)).status).toBe(303)
})

test('a page that was opened five minutes ago does not continue', async ({ person, browserThatOpened }) => {
  const { nonce } = await person.askForNonce()
  const [late, inTime] = [await browserThatOpened(nonce, 301), await browserThatOpened(nonce, 290)]
  expect((await late.request('/handoff')).status).toBe(410)
  expect((await late.redeem(nonce)).status).toBe(410)
  expect((await inTime.redeem(nonce)).status).toBe(303)
})

test('opening a page again buys no further time', async ({ person, browserThatOpened, proofIn }) => {
  const { nonce } = await person.askForNonce()
  const target = await browserThatOpened(nonce, 290)
  const before = await proofIn(target)
  expect((await target.request(`/handoff?nonce=${nonce}`)).status).toBe(200)
  expect((await proofIn(target)).openedAt).toEqual(before.openedAt)
})

test('a page that was opened too late continues nothing', async ({ person, expire, newcomer }) => {
  const { nonce } = await person.askForNonce()
  await expire(nonce)
  const target = newcomer()
  expect((await target.request(`/handoff?nonce=${nonce}`)).status).toBe(410)
  expect((await target.redeem(nonce)).status).toBe(410)
})

test('the page is found again at its address without the nonce, as after a reload', async ({
  openedThenExpired,
}) => {
  const { nonce, target } = await openedThenExpired()
  const page = await target.request('/handoff')
  expect(page.status).toBe(200)
  const { fields, shown } = readHandoffPage(await page.text())
  expect(fields.nonce).toBe(nonce)
  expect(shown).toContain('Continue as Demo User?')
  const sent = await target.request('/handoff', { method: 'POST', body: new URLSearchParams(fields) })
  expect(sent.status).toBe(303)
  // A reload after it leads to the same place again.
  const again = await target.request('/handoff')
  expect([again.status, again.headers.get('location')]).toEqual([303, '/'])
})

test('two pages that are open in one browser do not disturb each other', async ({
  newcomer,
  signedIn,
  person,
}) => {
  const target = newcomer()
  const bob = await signedIn('bob')
  const nonces = [await person.askForNonce(), await bob.askForNonce()]
  const pages = []
  for (const { nonce } of nonces) {
    const page = await target.request(`/handoff?nonce=${nonce}`)
    pages.push(readHandoffPage(await page.text()))
  }
  for (const [index, name] of ['Demo User', 'Bob Builder'].entries()) {
    const body = new URLSearchParams(pages[index]?.fields)
    expect((await target.request('/handoff', { method: 'POST', body })).status).toBe(303)
    expect((await target.session())?.user.name).toBe(name)
  }
})
