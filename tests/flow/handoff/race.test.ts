import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Baton, startBaton } from '../../support/baton.ts'
import { comparable } from '../../support/clients/handoff-page.ts'
import { rawRequest } from '../../support/clients/raw-request.ts'
import type { Person } from '../../support/person.ts'
import { type Stage, startStage } from '../../support/stage.ts'

let stage: Stage
let second: Baton
let source: Person

beforeAll(async () => {
  stage = await startStage()
  second = await startBaton({
    config: stage.partners.config(),
    database: { url: stage.databaseUrl },
    publicPort: Number(new URL(stage.baton.url).port),
  })
  source = await stage.signedIn()
})

afterAll(async () => {
  await second?.stop()
  await stage?.close()
})

test.each([1, 2, 3, 4, 5])(
  'of 50 parallel redemptions on two servers exactly one succeeds and the others look alike (round %i)',
  async () => {
    const before = await handoffs()
    const { nonce } = await source.askForNonce()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => redeemAt(index % 2 ? second : stage.baton, nonce)),
    )
    const winners = answers.filter(({ status }) => status === 303)
    expect(winners).toHaveLength(1)
    expect(winners[0]?.headers.getSetCookie().join()).toContain('authjs.session-token=')

    const losers = answers.filter((answer) => answer !== winners[0])
    const pages = await Promise.all(losers.map(async (loser) => comparable(await loser.text())))
    expect(losers.map(({ status }) => status)).toEqual(Array(49).fill(410))
    expect(losers.flatMap(({ headers }) => headers.getSetCookie())).toEqual([])
    expect(new Set(pages).size).toBe(1)
    expect((await handoffs()) - before).toBe(1)
  },
)

test('of 50 parallel redemptions in the browser that asked for the nonce one succeeds as well', async () => {
  const own = await stage.signedIn()
  const { nonce } = await own.askForNonce()
  const cookie = await own.jar.getCookieString(stage.baton.url)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => redeemAt(index % 2 ? second : stage.baton, nonce, cookie)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(49).fill(410)])
})

test('ten nonces of one session, redeemed at once in its own browser, meet no error and leave one session there', async () => {
  const own = await stage.signedIn()
  const nonces = await Promise.all(Array.from({ length: 10 }, () => own.askForNonce()))
  const cookie = await own.jar.getCookieString(stage.baton.url)
  const answers = await Promise.all(nonces.map(({ nonce }) => redeemAt(stage.baton, nonce, cookie)))
  // The first one ends the session that all of them came from.
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(9).fill(410)])
})

test('a nonce that one server issued is spent for the other as well', async () => {
  const { nonce } = await source.askForNonce()
  expect((await redeemAt(second, nonce)).status).toBe(303)
  expect((await redeemAt(stage.baton, nonce)).status).toBe(410)
})

function redeemAt({ address }: Baton, nonce: string, cookie?: string) {
  return rawRequest(address, {
    method: 'POST',
    path: '/handoff',
    headers: {
      host: new URL(stage.baton.url).host,
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      ...(cookie && { cookie }),
    },
    body: `nonce=${nonce}`,
  })
}

async function handoffs(): Promise<number> {
  const [row] = await stage.sql<{ count: string }>(
    `SELECT count(*) FROM sessions WHERE kind = 'handoff' AND ended_at IS NULL`,
  )
  return Number(row?.count)
}
