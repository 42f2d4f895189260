import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { comparable } from '../../support/clients/handoff-page.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import type { Person } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'
import { newVerifier } from '../../support/verifier.ts'

const test = base
  .extend('setup', perFile, {
    config: (partners) => partners.config({ handoff: { nonceTtl: 1 } }),
  } satisfies Setup)
  // The configuration lets nonces live for one second, and these are to outlast the test.
  .extend(
    'askForLasting',
    ({ person, sql }) =>
      async (form: Record<string, string> = {}): Promise<string> => {
        const { nonce } = await person.askForNonce(form)
        await sql(`UPDATE nonces SET expires_at = now() + interval '1 hour' WHERE hash = $1`, [
          nonceHash(nonce),
        ])
        return nonce
      },
  )

test('nonces that are used, expired, unknown, malformed, missing or not proven look the same', async ({
  askForLasting,
  newcomer,
  person,
  sql,
}) => {
  const used = await askForLasting()
  const late = await newcomer().openHandoff(used)
  expect((await newcomer().redeem(used)).status).toBe(303)
  const expired = (await person.askForNonce()).nonce
  await sql(`UPDATE nonces SET expires_at = now() - interval '1 second' WHERE hash = $1`, [
    nonceHash(expired),
  ])
  const bound = await askForLasting(newVerifier().challenge)

  const unknown = randomBytes(32).toString('base64url')
  const anyone = () => newcomer()
  const answers = {
    'used, looked at': await anyone().request(`/handoff?nonce=${used}`),
    'used, sent': late instanceof Response ? late : await late(),
    'expired, looked at': await anyone().request(`/handoff?nonce=${expired}`),
    'unknown, looked at': await anyone().request(`/handoff?nonce=${unknown}`),
    'malformed, looked at': await anyone().request('/handoff?nonce=%00%ff<b>'),
    'empty, looked at': await anyone().request('/handoff?nonce='),
    'missing, looked at': await anyone().request('/handoff'),
    'wrong verifier': await anyone().redeem(bound, { verifier: newVerifier().verifier }),
    'no verifier': await anyone().redeem(bound),
    'malformed verifier': await anyone().redeem(bound, { verifier: 'x' }),
  }
  const seen = await Promise.all(
    Object.entries(answers).map(async ([name, answer]) => ({ name, answer, page: await look(answer) })),
  )
  const [first] = seen
  for (const { name, page } of seen) expect({ name, ...page }).toEqual({ name, ...first?.page })
  expect(first?.page.status).toBe(410)
  expect(first?.page.cookies).toEqual([])
})

const titleOf = async (answer: Response) => /<title>(.*?) · Baton</.exec(await answer.text())?.[1]
const press = async (browser: Person, nonce: string, form = {}) => {
  const opened = await browser.openHandoff(nonce)
  if (opened instanceof Response) throw new Error(`no page: ${opened.status}`)
  return opened(form)
}

test('a browser that had the page is told that it has used the link, and no other one is', async ({
  askForLasting,
  newcomer,
}) => {
  const nonce = await askForLasting()
  const [browser, late] = [newcomer(), newcomer()]
  await late.openHandoff(nonce)
  expect((await press(browser, nonce)).status).toBe(303)
  await browser.signOut()
  const titles = async (one: Person) => [
    await titleOf(await one.request(`/handoff?nonce=${nonce}`)),
    await titleOf(await one.request('/handoff')),
  ]
  expect(await titles(browser)).toEqual(['This link has been used', 'This link has been used'])
  for (const other of [late, newcomer()])
    expect(await titles(other)).toEqual(Array(2).fill('This link does not work any more'))
})

test('a browser that left the page open for too long is told that the link has expired', async ({
  askForLasting,
  newcomer,
  sql,
}) => {
  const nonce = await askForLasting()
  const browser = newcomer()
  const opened = await browser.openHandoff(nonce)
  if (opened instanceof Response) throw new Error('no page')
  await sql(
    `UPDATE nonces SET expires_at = now() - interval '1 hour', opened_at = now() - interval '6 minutes'
     WHERE hash = $1`,
    [nonceHash(nonce)],
  )
  expect(await titleOf(await opened())).toBe('This link has expired')
  expect(await titleOf(await newcomer().request(`/handoff?nonce=${nonce}`))).toBe(
    'This link does not work any more',
  )
})

test('once the link is cancelled, the way back says so', async ({ askForLasting, newcomer }) => {
  const nonce = await askForLasting()
  const [browser, other] = [newcomer(), newcomer()]
  await other.openHandoff(nonce)
  expect((await press(browser, nonce, { answer: 'cancel' })).status).toBe(303)
  for (const one of [browser, other])
    expect(await titleOf(await one.request('/handoff'))).toBe('This link was cancelled')
  expect(await titleOf(await newcomer().request(`/handoff?nonce=${nonce}`))).toBe(
    'This link does not work any more',
  )
})

test('a browser whose source has said no is told that', async ({ person, newcomer, sql }) => {
  const { nonce } = await person.askForNonce({ approval: 'source' })
  const browser = newcomer()
  const asked = await press(browser, nonce)
  expect(asked.status).toBe(202)
  await sql(`UPDATE nonces SET closed_at = now(), closed_as = 'denied' WHERE hash = $1`, [nonceHash(nonce)])
  expect(await titleOf(await browser.request('/handoff'))).toBe('The other device said no')
})

test('whose verifier was wrong too often is told nothing', async ({ askForLasting, newcomer, sql }) => {
  const nonce = await askForLasting(newVerifier().challenge)
  const browser = newcomer()
  await press(browser, nonce, { verifier: newVerifier().verifier })
  await sql(`UPDATE nonces SET closed_at = now(), closed_as = 'guessed' WHERE hash = $1`, [nonceHash(nonce)])
  expect(await titleOf(await browser.request('/handoff'))).toBe('This link does not work any more')
})

test('a dead link offers ordinary sign-in', async ({ newcomer }) => {
  const html = await (await newcomer().request('/handoff')).text()
  expect(html).toContain('This link does not work any more')
  expect(html).toMatch(/<a [^>]*href="\/sign-in"/)
})

test('a dead link says nothing against a session that stands, and leaves it alone', async ({ person }) => {
  const answer = await person.request('/handoff?nonce=none')
  expect(answer.status).toBe(410)
  expect(await answer.text()).toContain('Demo User')
  expect((await person.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(200)
  await person.redeem('none')
  expect((await person.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(200)
})

test('a nonce is no bearer of another browser once its time to be opened is over', async ({
  person,
  sql,
  newcomer,
}) => {
  const { nonce, expires_in } = await person.askForNonce()
  expect(expires_in).toBe(1)
  await sql(`UPDATE nonces SET expires_at = now() WHERE hash = $1`, [nonceHash(nonce)])
  expect((await newcomer().redeem(nonce)).status).toBe(410)
  const [row] = await sql<{ used_at: unknown }>('SELECT used_at FROM nonces WHERE hash = $1', [
    nonceHash(nonce),
  ])
  expect(row).toEqual({ used_at: null })
})

test.for([
  ['a repeated field', 'nonce=a&nonce=b', 'application/x-www-form-urlencoded', 400, 'invalid_request'],
  ['JSON', '{}', 'application/json', 400, 'invalid_request'],
  ['too much', `nonce=${'x'.repeat(70_000)}`, 'application/x-www-form-urlencoded', 413, 'payload_too_large'],
] as const)('%s in the form is refused as JSON', async ([, body, type, status, error], { newcomer }) => {
  const answer = await newcomer().ownPage('/handoff', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  })
  await expectRefusal(answer, status, error)
})

// Each answer has its own.
const varying = ['date', 'content-security-policy', 'link', 'set-cookie', 'x-request-id']

async function look(answer: Response) {
  return {
    status: answer.status,
    headers: [...answer.headers].filter(([name]) => !varying.includes(name)).sort(),
    cookies: answer.headers.getSetCookie(),
    html: comparable(await answer.text()),
  }
}
