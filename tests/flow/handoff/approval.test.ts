import { expect } from 'vitest'
import { digitsIn } from '../../support/another-device.ts'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import { answer, statusOf, test } from '../../support/test-approval.ts'
import { newVerifier } from '../../support/verifier.ts'

const phone = {
  'user-agent':
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    'Chrome/130.0.0.0 Mobile Safari/537.36',
}

test('a browser asks by Continue, and goes on once its source has approved it', async ({
  asked,
  person,
  newcomer,
}) => {
  const { nonce, browser, press } = await asked({ redirect_to: '/sessions' }, person, newcomer(phone))
  expect(await statusOf(person, nonce)).toEqual({ state: 'opened' })

  const first = await press()
  expect(first.status).toBe(202)
  const number = digitsIn(await first.text())
  expect(number).toMatch(/^[1-9]\d$/)
  expect(await statusOf(person, nonce)).toEqual({
    state: 'asking',
    number,
    asked_by: { browser: 'Chrome', system: 'Android', address: '127.0.0.1', same_network: true },
  })
  // It asks again and again, and stays the one that asks.
  for (let turn = 0; turn < 3; turn++) {
    const again = await press()
    expect([again.status, digitsIn(await again.text())]).toEqual([202, number])
  }
  expect(await browser.session()).toBeNull()

  const said = await answer(person, nonce, 'yes')
  expect([said.status, await said.text()]).toEqual([204, ''])
  expect(await statusOf(person, nonce)).toMatchObject({ state: 'approved', number })
  const end = await press()
  expect([end.status, end.headers.get('location')]).toEqual([303, '/sessions'])
  expect((await browser.session())?.user.name).toBe('Demo User')
  expect(await statusOf(person, nonce)).toEqual({ state: 'spent' })
})

test('a page that waits shows its number when it is loaded again, and does not ask by that', async ({
  asked,
  person,
}) => {
  const { nonce, browser, press } = await asked()
  expect(await (await browser.request(`/handoff?nonce=${nonce}`)).text()).not.toContain('The number is')
  expect((await statusOf(person, nonce)).state).toBe('opened')
  const number = digitsIn(await (await press()).text())
  for (const address of ['/handoff', `/handoff?nonce=${nonce}`]) {
    const page = await browser.request(address)
    expect([page.status, digitsIn(await page.text())]).toEqual([200, number])
  }
  await answer(person, nonce, 'yes')
  // A look at it spends nothing, approved or not.
  expect((await browser.request('/handoff')).status).toBe(200)
  expect((await statusOf(person, nonce)).state).toBe('approved')
})

test('somebody else who opens the link cannot use the yes of another browser', async ({
  asked,
  person,
  newcomer,
}) => {
  const { nonce, press } = await asked()
  const other = newcomer()
  const theirs = await other.openHandoff(nonce)
  await press()
  await answer(person, nonce, 'yes')
  expect(theirs instanceof Response).toBe(false)
  if (theirs instanceof Response) return
  // Its Continue asks, which cancels the nonce for both.
  expect((await theirs()).status).toBe(410)
  expect(await other.session()).toBeNull()
  expect(await statusOf(person, nonce)).toMatchObject({ state: 'cancelled', asked_by: { browser: null } })
  expect((await press()).status).toBe(410)
})

test('of 20 browsers that ask at once none is let in, and the source sees that', async ({
  person,
  newcomer,
}) => {
  const { nonce } = await person.askForNonce({ approval: 'source' })
  const pages = await Promise.all(Array.from({ length: 20 }, () => newcomer().openHandoff(nonce)))
  const answers = await Promise.all(pages.map((page) => (page instanceof Response ? page : page())))
  expect(answers.filter(({ status }) => status === 202).length).toBeLessThanOrEqual(1)
  expect((await statusOf(person, nonce)).state).toBe('cancelled')
  expect((await answer(person, nonce, 'yes', '42')).status).toBe(404)
})

test('a source that says no denies it', async ({ asked, person }) => {
  const { nonce, browser, press } = await asked()
  await press()
  expect((await answer(person, nonce, 'no')).status).toBe(204)
  expect(await statusOf(person, nonce)).toMatchObject({ state: 'denied' })
  expect((await press()).status).toBe(410)
  expect((await answer(person, nonce, 'yes', '42')).status).toBe(404)
  expect(await browser.session()).toBeNull()
})

test('a no after the yes counts, as long as the nonce is not spent', async ({ asked, person }) => {
  const { nonce, press } = await asked()
  await press()
  expect((await answer(person, nonce, 'yes')).status).toBe(204)
  expect((await answer(person, nonce, 'yes')).status).toBe(204)
  expect((await answer(person, nonce, 'no')).status).toBe(204)
  expect((await press()).status).toBe(410)
})

test('a yes to another number than the one that the browser shows denies it', async ({ asked, person }) => {
  const { nonce, press } = await asked()
  const number = Number(digitsIn(await (await press()).text()))
  await expectRefusal(
    await answer(person, nonce, 'yes', String(((number + 1) % 90) + 10)),
    400,
    'invalid_grant',
  )
  expect((await statusOf(person, nonce)).state).toBe('denied')
  expect((await press()).status).toBe(410)
})

test.for([
  ['a nonce', { number: '42', approve: 'yes' }],
  ['an answer', { nonce: 'x'.repeat(43), number: '42' }],
  ['an answer that is yes or no', { nonce: 'x'.repeat(43), number: '42', approve: 'maybe' }],
  ['a number', { nonce: 'x'.repeat(43), approve: 'yes' }],
] as const)('an approval without %s is refused', async ([, form], { person }) => {
  const body = new URLSearchParams(form)
  await expectRefusal(
    await person.ownPage('/api/nonce/approval', { method: 'POST', body }),
    400,
    'invalid_request',
  )
})

test('only the session that asked for a nonce sees it and answers for it', async ({
  asked,
  signedIn,
  newcomer,
}) => {
  const { nonce, press } = await asked()
  const number = digitsIn(await (await press()).text()) ?? ''
  for (const other of [await signedIn(), await signedIn('bob')]) {
    await expectRefusal(await other.ownPage(`/api/nonce/status?nonce=${nonce}`), 404, 'not_found')
    await expectRefusal(await answer(other, nonce, 'yes', number), 404, 'not_found')
  }
  await expectRefusal(await answer(newcomer(), nonce, 'yes', number), 401, 'invalid_token')
  expect((await press()).status).toBe(202)
})

test('another site can neither see nor approve with the cookies of the source', async ({ asked, person }) => {
  const { nonce, press } = await asked()
  const number = digitsIn(await (await press()).text()) ?? ''
  for (const site of ['cross-site', 'same-site']) {
    const headers = { 'sec-fetch-site': site }
    const body = new URLSearchParams({ nonce, number, approve: 'yes' })
    const approval = await person.request('/api/nonce/approval', { method: 'POST', body, headers })
    await expectRefusal(approval, 403, 'csrf')
    const status = await person.request(`/api/nonce/status?nonce=${nonce}`, { headers })
    await expectRefusal(status, 403, 'csrf')
  }
  expect((await statusOf(person, nonce)).state).toBe('asking')
})

test('the other side can cancel, before and after it asks, and the source sees it', async ({
  asked,
  person,
}) => {
  for (const asks of [false, true]) {
    const { nonce, browser, press } = await asked()
    if (asks) await press()
    const cancelled = await press({ answer: 'cancel' })
    expect([cancelled.status, cancelled.headers.get('location')]).toEqual([303, '/'])
    expect(await statusOf(person, nonce)).toEqual({ state: 'cancelled' })
    expect((await browser.request(`/handoff?nonce=${nonce}`)).status).toBe(410)
    expect((await answer(person, nonce, 'yes', '42')).status).toBe(404)
  }
})

test('a nonce without approval can be cancelled as well, and not by a form of another site', async ({
  person,
  newcomer,
}) => {
  const { nonce } = await person.askForNonce()
  const browser = newcomer()
  await browser.request(`/handoff?nonce=${nonce}`)
  const body = new URLSearchParams({ nonce, answer: 'cancel' })
  await expectRefusal(await browser.ownPage('/handoff', { method: 'POST', body }), 403, 'csrf')
  expect((await statusOf(person, nonce)).state).toBe('opened')
  await browser.redeem(nonce, { answer: 'cancel' })
  expect((await statusOf(person, nonce)).state).toBe('cancelled')
})

test('an approved browser that comes too late gets nothing', async ({ asked, person, sql }) => {
  const { nonce, press } = await asked()
  await press()
  await answer(person, nonce, 'yes')
  await sql(`UPDATE nonces SET expires_at = now() - interval '301 s' WHERE hash = $1`, [nonceHash(nonce)])
  expect((await press()).status).toBe(410)
  expect((await statusOf(person, nonce)).state).toBe('expired')
})

test('a bound nonce that is to be approved needs both: verifier and yes', async ({ asked, person }) => {
  const { verifier, challenge } = newVerifier()
  const { nonce, press } = await asked(challenge)
  expect((await press({ verifier: newVerifier().verifier })).status).toBe(410)
  expect((await statusOf(person, nonce)).state).toBe('opened')
  expect((await press()).status).toBe(410)
  expect((await press({ verifier })).status).toBe(202)
  // The page that waits has no code to send again.
  expect((await press()).status).toBe(202)
  await answer(person, nonce, 'yes')
  expect((await press()).status).toBe(303)
})

test('a browser that has shown its verifier and asked can cancel without it', async ({ asked, person }) => {
  const { verifier, challenge } = newVerifier()
  const { nonce, press } = await asked(challenge)
  await press({ verifier })
  expect((await press({ answer: 'cancel' })).status).toBe(303)
  expect((await statusOf(person, nonce)).state).toBe('cancelled')
})

test('the verifier in the header makes no yes unnecessary that the source has asked for', async ({
  person,
  newcomer,
}) => {
  const { verifier, challenge } = newVerifier()
  const { nonce } = await person.askForNonce({ approval: 'source', ...challenge })
  const browser = newcomer()
  const first = await browser.request(`/handoff?nonce=${nonce}`, {
    headers: { 'baton-handoff-verifier': verifier },
  })
  expect(first.status).toBe(303)
  expect((await browser.redeem(nonce)).status).toBe(202)
})

test('an ID token is nobody who could be asked', async ({ phoneTokens, baton }) => {
  const { idToken } = await phoneTokens()
  await expect(askForNonce(baton.url, idToken, { approval: 'source' })).rejects.toThrow('invalid_request')
})

test('approval is source or absent', async ({ person }) => {
  const body = new URLSearchParams({ approval: 'yes' })
  await expectRefusal(await person.ownPage('/api/nonce', { method: 'POST', body }), 400, 'invalid_request')
})

test('a name in a User-Agent that nobody knows is shown to no one', async ({ asked, person, newcomer }) => {
  const agent = { 'user-agent': 'Your bank says yes/1.0 (press approve)' }
  const { nonce, press } = await asked({}, person, newcomer(agent))
  await press()
  expect((await statusOf(person, nonce)).asked_by).toMatchObject({ browser: null, system: null })
})

test('who may not ask for a nonce cannot cancel it for others', async ({ asked, person, newcomer }) => {
  const { verifier, challenge } = newVerifier()
  const bound = (await person.askForNonce(challenge)).nonce
  const stranger = await newcomer().openHandoff(bound)
  if (stranger instanceof Response) throw new Error('no page')
  for (const wrong of ['', newVerifier().verifier])
    expect((await stranger({ answer: 'cancel', verifier: wrong })).status).toBe(303)
  expect((await statusOf(person, bound)).state).toBe('opened')
  expect((await stranger({ answer: 'cancel', verifier })).status).toBe(303)
  expect((await statusOf(person, bound)).state).toBe('cancelled')

  const { nonce, press } = await asked()
  const other = await newcomer().openHandoff(nonce)
  await press()
  if (other instanceof Response) throw new Error('no page')
  await other({ answer: 'cancel' })
  expect((await statusOf(person, nonce)).state).toBe('asking')
})

test('a form whose Origin is another site is no answer of the source', async ({ asked, person }) => {
  const { nonce, press } = await asked()
  const number = digitsIn(await (await press()).text()) ?? ''
  const body = new URLSearchParams({ nonce, number, approve: 'yes' })
  const init = { method: 'POST', body, headers: { origin: 'https://evil.example' } }
  await expectRefusal(await person.ownPage('/api/nonce/approval', init), 403, 'csrf')
  expect((await statusOf(person, nonce)).state).toBe('asking')
})
