import { expect } from 'vitest'
import type { Baton } from '../../support/baton.ts'
import { comparable } from '../../support/clients/handoff-page.ts'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('second', perFile, ({ startAnother }) => startAnother())
  .extend('redeemAt', ({ baton }) => ({ address }: Baton, nonce: string, cookie?: string) => {
    return rawRequest(address, {
      method: 'POST',
      path: '/handoff',
      headers: {
        host: new URL(baton.url).host,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        ...(cookie && { cookie }),
      },
      body: `nonce=${nonce}`,
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
  async (_, { handoffs, person, redeemAt, second, baton }) => {
    const before = await handoffs()
    const { nonce } = await person.askForNonce()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => redeemAt(index % 2 ? second : baton, nonce)),
    )
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

test('of 50 parallel redemptions in the browser that asked for the nonce one succeeds as well', async ({
  signedIn,
  baton,
  redeemAt,
  second,
}) => {
  const own = await signedIn()
  const { nonce } = await own.askForNonce()
  const cookie = await own.jar.getCookieString(baton.url)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => redeemAt(index % 2 ? second : baton, nonce, cookie)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(49).fill(410)])
})

test('ten nonces of one session, redeemed at once in its own browser, leave one session', async ({
  signedIn,
  baton,
  redeemAt,
}) => {
  const own = await signedIn()
  const nonces = await Promise.all(Array.from({ length: 10 }, () => own.askForNonce()))
  const cookie = await own.jar.getCookieString(baton.url)
  const answers = await Promise.all(nonces.map(({ nonce }) => redeemAt(baton, nonce, cookie)))
  // The first one ends the session that all of them came from.
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(9).fill(410)])
})

test('a nonce that is spent on one server is spent on the other', async ({
  person,
  redeemAt,
  second,
  baton,
}) => {
  const { nonce } = await person.askForNonce()
  expect((await redeemAt(second, nonce)).status).toBe(303)
  expect((await redeemAt(baton, nonce)).status).toBe(410)
})
