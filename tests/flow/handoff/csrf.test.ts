import { expect } from 'vitest'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import type { Person } from '../../support/person.ts'
import { test as base } from '../../support/test.ts'

const test = base
  .extend('opened', ({ newcomer, person }) => async (target = newcomer()) => {
    const { nonce } = await person.askForNonce()
    const page = await target.request(`/handoff?nonce=${nonce}`)
    return { target, fields: readHandoffPage(await page.text()).fields }
  })
  .extend(
    'expectUnspent',
    ({ newcomer }) =>
      async ({ nonce = '' }: Record<string, string>): Promise<void> => {
        expect((await newcomer().redeem(nonce)).status).toBe(303)
      },
  )

test.for(['same-origin', 'none'])(
  'a form of the page that is %s has its token and is taken',
  async (site, { opened }) => {
    const { target, fields } = await opened()
    expect((await post(target, fields, { 'sec-fetch-site': site })).status).toBe(303)
  },
)

test('without fetch metadata the token of the page in this browser is enough', async ({ opened }) => {
  const { target, fields } = await opened()
  expect((await post(target, fields)).status).toBe(303)
})

test("Origin: null, which a no-referrer page's own form sends, is no reason to refuse", async ({
  opened,
}) => {
  const { target, fields } = await opened()
  expect((await post(target, fields, { origin: 'null' })).status).toBe(303)
  const other = await opened()
  const headers = { origin: 'null', 'sec-fetch-site': 'same-origin' }
  expect((await post(other.target, other.fields, headers)).status).toBe(303)
})

test.for<[string, Record<string, string>]>([
  ['from another site', { 'sec-fetch-site': 'cross-site' }],
  ['from another host of the same site', { 'sec-fetch-site': 'same-site' }],
  ['from no page', { 'sec-fetch-site': 'none' }],
  // Safari said so of another site's form that was sent again.
  ['from a page of the same origin, as the browser says', { 'sec-fetch-site': 'same-origin' }],
  ['without fetch metadata', {}],
  ['with Origin: null', { origin: 'null' }],
  ['with the Origin of another site', { origin: 'http://127.0.0.1:9' }],
])(
  'a form without a token %s is refused and spends nothing',
  async ([, headers], { opened, expectUnspent }) => {
    const { target, fields } = await opened()
    await expectRefusal(await post(target, { nonce: fields.nonce ?? '' }, headers), 403, 'csrf')
    await expectUnspent(fields)
  },
)

test.for(['cross-site', 'same-site', '', 'same-origin, same-site'])(
  'the right token from a page that is %j is refused and spends nothing',
  async (site, { opened, expectUnspent }) => {
    const { target, fields } = await opened()
    await expectRefusal(await post(target, fields, { 'sec-fetch-site': site }), 403, 'csrf')
    await expectUnspent(fields)
  },
)

test('a token that is not the one of the page is refused and spends nothing', async ({
  opened,
  expectUnspent,
}) => {
  const { target, fields } = await opened()
  const other = (await opened()).fields.csrf_token ?? ''
  for (const csrf_token of ['x', '', other, `${fields.csrf_token}x`])
    await expectRefusal(await post(target, { ...fields, csrf_token }), 403, 'csrf')
  await expectUnspent(fields)
})

test("a form with the token of an attacker's own page is refused without that page's cookie", async ({
  opened,
  newcomer,
  expectUnspent,
}) => {
  const { fields } = await opened()
  await expectRefusal(await post(newcomer(), fields), 403, 'csrf')
  await expectUnspent(fields)
})

test('a form with a page of its own for another nonce is refused', async ({ opened, expectUnspent }) => {
  const one = await opened()
  const two = await opened(one.target)
  const mixed = { nonce: one.fields.nonce ?? '', csrf_token: two.fields.csrf_token ?? '' }
  await expectRefusal(await post(one.target, mixed), 403, 'csrf')
  await expectUnspent(one.fields)
})

test("a page's cookie that Baton did not make counts for nothing", async ({
  opened,
  newcomer,
  expectUnspent,
}) => {
  const { target, fields } = await opened()
  const cookie = await target.cookies('/handoff')
  for (const forged of [cookie.slice(0, -1), cookie.replace(/=.*/, '=x'), cookie.replace(/=.*/, '=')]) {
    const answer = await post(newcomer(), fields, { cookie: forged })
    await expectRefusal(answer, 403, 'csrf')
  }
  // The cookie of one nonce, put under the name of another's.
  const other = await opened()
  const name = (await other.target.cookies('/handoff')).replace(/=.*/s, '')
  const moved = { cookie: cookie.replace(/^[^=]*/, name) }
  const mixed = { nonce: other.fields.nonce ?? '', csrf_token: fields.csrf_token ?? '' }
  await expectRefusal(await post(newcomer(), mixed, moved), 403, 'csrf')
  await expectUnspent(fields)
  await expectUnspent(other.fields)
})

function post(person: Person, fields: Record<string, string>, headers: HeadersInit = {}): Promise<Response> {
  return person.request('/handoff', { method: 'POST', body: new URLSearchParams(fields), headers })
}
