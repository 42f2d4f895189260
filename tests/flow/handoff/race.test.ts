import { parseSetCookie } from 'cookie'
import { expect } from 'vitest'
import { readSessionCookie } from '#lib/callers/session-cookie.ts'
import { authSecret, type Baton } from '../../support/baton.ts'
import { comparable, readHandoffPage } from '../../support/clients/handoff-page.ts'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('second', perFile, ({ startAnother }) => startAnother())
  /** Opens the page of a nonce in a browser; gives what presses its Continue at one of the servers. */
  .extend('opened', ({ host, newcomer }) => async (nonce: string, browser = newcomer()) => {
    const page = await browser.request(`/handoff?nonce=${nonce}`)
    const { fields } = readHandoffPage(await page.text())
    const cookie = await browser.cookies('/handoff')
    return ({ address }: Baton) =>
      rawRequest(address, {
        method: 'POST',
        path: '/handoff',
        headers: {
          host,
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'same-origin',
          cookie,
        },
        body: new URLSearchParams(fields).toString(),
      })
  })
  .extend('handoffs', ({ sql }) => async (): Promise<number> => {
    const [row] = await sql<{ count: string }>(
      `SELECT count(*) FROM sessions WHERE kind = 'handoff' AND ended_at IS NULL`,
    )
    return Number(row?.count)
  })

test.for([1, 2, 3, 4, 5])(
  'of 50 parallel redemptions on two servers exactly one succeeds and the others look alike (round %i)',
  async (_, { handoffs, person, opened, second, baton }) => {
    const before = await handoffs()
    const { nonce } = await person.askForNonce()
    const presses = await Promise.all(Array.from({ length: 50 }, () => opened(nonce)))
    const answers = await Promise.all(presses.map((press, index) => press(index % 2 ? second : baton)))
    const winners = answers.filter(({ status }) => status === 303)
    expect(winners).toHaveLength(1)
    expect(winners[0]?.headers.getSetCookie().join()).toContain('baton.session=')

    const losers = answers.filter((answer) => answer !== winners[0])
    const pages = await Promise.all(losers.map(async (loser) => comparable(await loser.text())))
    expect(losers.map(({ status }) => status)).toEqual(Array(49).fill(410))
    expect(losers.flatMap(({ headers }) => headers.getSetCookie())).toEqual([])
    expect(new Set(pages).size).toBe(1)
    expect((await handoffs()) - before).toBe(1)
  },
)

test('of 50 parallel presses in one browser one makes a session, and the others get that one', async ({
  handoffs,
  signedIn,
  newcomer,
  opened,
  baton,
  second,
}) => {
  const source = await signedIn()
  for (const browser of [newcomer(), source]) {
    const before = await handoffs()
    const press = await opened((await source.askForNonce()).nonce, browser)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => press(index % 2 ? second : baton)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(303))
    const sids = await Promise.all(
      answers.map(async ({ headers }) => {
        const cookie = headers.getSetCookie().find((line) => line.startsWith('baton.session='))
        const value = parseSetCookie(cookie ?? '').value
        return (await readSessionCookie(`baton.session=${value}`, { url: baton.url, secrets: [authSecret] }))
          ?.sid
      }),
    )
    expect(new Set(sids).size).toBe(1)
    expect((await handoffs()) - before).toBe(1)
  }
})

test('ten nonces of one session, redeemed at once in its own browser, leave one session', async ({
  signedIn,
  baton,
  opened,
}) => {
  const own = await signedIn()
  const nonces = await Promise.all(Array.from({ length: 10 }, () => own.askForNonce()))
  const presses = []
  for (const { nonce } of nonces) presses.push(await opened(nonce, own))
  const answers = await Promise.all(presses.map((press) => press(baton)))
  // The first one ends the session that all of them came from.
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(9).fill(410)])
})

test('a nonce that is spent on one server is spent on the other', async ({
  person,
  opened,
  second,
  baton,
}) => {
  const { nonce } = await person.askForNonce()
  const [one, other] = [await opened(nonce), await opened(nonce)]
  expect((await one(second)).status).toBe(303)
  expect((await other(baton)).status).toBe(410)
})
