import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { comparable } from '../../support/clients/handoff-page.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import type { Person } from '../../support/person.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { newVerifier } from '../../support/verifier.ts'

let stage: Stage
let source: Person

beforeAll(async () => {
  stage = await startStage({ config: (partners) => partners.config({ handoff: { nonceTtl: 1 } }) })
  source = await stage.signedIn()
})

afterAll(() => stage?.close())

test('nonces that are used, expired, unknown, malformed, missing or not proven look the same', async () => {
  const used = await askForLasting()
  expect((await stage.newcomer().redeem(used)).status).toBe(303)
  const expired = (await source.askForNonce()).nonce
  await stage.sql(`UPDATE nonces SET expires_at = now() - interval '1 second' WHERE hash = $1`, [
    nonceHash(expired),
  ])
  const bound = await askForLasting(newVerifier().challenge)

  const unknown = randomBytes(32).toString('base64url')
  const anyone = () => stage.newcomer()
  const answers = {
    'used, looked at': await anyone().request(`/handoff?nonce=${used}`),
    'used, sent': await anyone().redeem(used),
    'expired, looked at': await anyone().request(`/handoff?nonce=${expired}`),
    'expired, sent': await anyone().redeem(expired),
    'unknown, looked at': await anyone().request(`/handoff?nonce=${unknown}`),
    'unknown, sent': await anyone().redeem(unknown),
    'malformed, looked at': await anyone().request('/handoff?nonce=%00%ff<b>'),
    'malformed, sent': await anyone().redeem('\0<b>'),
    'empty, looked at': await anyone().request('/handoff?nonce='),
    'missing, looked at': await anyone().request('/handoff'),
    'missing, sent': await anyone().ownPage('/handoff', { method: 'POST', body: new URLSearchParams() }),
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

test('a dead link offers ordinary sign-in', async () => {
  const html = await (await stage.newcomer().request('/handoff')).text()
  expect(html).toContain('This link does not work any more')
  expect(html).toMatch(/<a [^>]*href="\/sign-in"/)
})

test('a dead link says nothing against a session that stands, and leaves it alone', async () => {
  const answer = await source.request('/handoff?nonce=none')
  expect(answer.status).toBe(410)
  expect(await answer.text()).toContain('Demo User')
  expect((await source.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(200)
  await source.redeem('none')
  expect((await source.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(200)
})

test('a nonce is no bearer of another browser once its time to be opened is over', async () => {
  const { nonce, expires_in } = await source.askForNonce()
  expect(expires_in).toBe(1)
  await stage.sql(`UPDATE nonces SET expires_at = now() WHERE hash = $1`, [nonceHash(nonce)])
  expect((await stage.newcomer().redeem(nonce)).status).toBe(410)
  const [row] = await stage.sql<{ used_at: unknown }>('SELECT used_at FROM nonces WHERE hash = $1', [
    nonceHash(nonce),
  ])
  expect(row).toEqual({ used_at: null })
})

test.each([
  ['a repeated field', 'nonce=a&nonce=b', 'application/x-www-form-urlencoded', 400, 'invalid_request'],
  ['JSON', '{}', 'application/json', 400, 'invalid_request'],
  ['too much', `nonce=${'x'.repeat(70_000)}`, 'application/x-www-form-urlencoded', 413, 'payload_too_large'],
])('%s in the form is refused as JSON', async (_, body, type, status, error) => {
  const answer = await stage.newcomer().ownPage('/handoff', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  })
  await expectRefusal(answer, status, error)
})

async function look(answer: Response) {
  return {
    status: answer.status,
    headers: [...answer.headers]
      .filter(([name]) => !['date', 'content-security-policy', 'link', 'set-cookie'].includes(name))
      .sort(),
    cookies: answer.headers.getSetCookie(),
    html: comparable(await answer.text()),
  }
}

// The configuration lets nonces live for one second, and these are to outlast the test.
async function askForLasting(form: Record<string, string> = {}): Promise<string> {
  const { nonce } = await source.askForNonce(form)
  await stage.sql(`UPDATE nonces SET expires_at = now() + interval '1 hour' WHERE hash = $1`, [
    nonceHash(nonce),
  ])
  return nonce
}
