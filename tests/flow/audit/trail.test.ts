import { expect } from 'vitest'
import { type LogLine, settledLines } from '../../support/log-lines.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import { follow, pressContinue, relyingParty } from '../../support/relying-party.ts'
import { secretsIn } from '../../support/secrets.ts'
import { perFile } from '../../support/test.ts'
import { answer, test as base } from '../../support/test-approval.ts'

type Line = LogLine & {
  event?: string
  audit?: number
  nonce?: string
  reason?: string | null
  requestId?: string
  by: object | null
}

const phone = {
  'user-agent':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
    'Version/18.0 Mobile/15E148 Safari/604.1',
}

const test = base
  .extend('web', perFile, ({ baton }) => relyingParty(baton.url, 'web'))
  /** The log lines of a nonce's trail, and the rows that the database has of it, both in their order. */
  .extend('trailOf', ({ baton, sql }) => async (nonce: string) => {
    const hash = nonceHash(nonce)
    const settled = (await settledLines(baton)) as Line[]
    const lines = settled.filter((line) => line.nonce === hash.toString('hex'))
    const rows = await sql<{ id: string; type: string; reason: string | null; target_device: string | null }>(
      'SELECT id, type, reason, target_device FROM audit_events WHERE nonce_hash = $1 ORDER BY id',
      [hash],
    )
    return { lines, rows, types: rows.map(({ type, reason }) => (reason ? `${type} ${reason}` : type)) }
  })

test('the trail tells of a hand-off that is replayed and ends with its source; so does the log', async ({
  signedIn,
  newcomer,
  trailOf,
}) => {
  const source = await signedIn()
  const { nonce } = await source.askForNonce()
  const [target, thief] = [newcomer(phone), newcomer()]
  const [press, steal] = [await target.openHandoff(nonce), await thief.openHandoff(nonce)]
  if (press instanceof Response || steal instanceof Response) throw new Error('no page')
  expect((await press()).status).toBe(303)
  expect((await steal()).status).toBe(410)
  await newcomer().request(`/handoff?nonce=${nonce}`, {
    headers: { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' },
  })
  await source.signOut()

  const { lines, rows, types } = await trailOf(nonce)
  expect(types).toEqual([
    'issued',
    'shown',
    'shown',
    'redeemed',
    'replayed',
    'refused spent',
    'revoked signed_out',
  ])
  // One line for each event, with its id, under the request that caused it.
  expect(lines.map(({ audit }) => audit)).toEqual(rows.map(({ id }) => Number(id)))
  expect(lines.map(({ event }) => event)).toEqual(rows.map(({ type }) => `handoff.${type}`))
  expect(lines.every(({ requestId }) => requestId)).toBe(true)
  expect(lines.find(({ event }) => event === 'handoff.replayed')?.level).toBe('warn')
  expect(lines[1]?.by).toEqual({ browser: 'Safari', system: 'iOS', address: '127.0.0.1' })
  expect(secretsIn(JSON.stringify([lines, rows]), [nonce])).toEqual([])
})

test('at an application as well', async ({ signedIn, newcomer, web, trailOf }) => {
  const source = await signedIn()
  const { nonce } = await source.askForNonce({ target: 'web' })
  const browser = newcomer(phone)
  const { url, checks } = await web.beginWithNonce(nonce)
  const step = await follow(browser, url)
  const end = await pressContinue(browser, step.url, step.page?.html ?? '')
  await web.finish(end.url, checks)
  await source.signOut()
  const { types, lines } = await trailOf(nonce)
  expect(types).toEqual(['issued', 'shown', 'redeemed', 'revoked signed_out'])
  expect(lines.map(({ by }) => by && 'browser' in by && by.browser)).toEqual([
    null,
    'Safari',
    'Safari',
    'Safari',
  ])
})

test('an approval is in the trail, and one that the source denies', async ({ person, asked, trailOf }) => {
  const [yes, no] = [await asked(), await asked()]
  for (const { press } of [yes, no]) expect((await press()).status).toBe(202)
  await answer(person, yes.nonce, 'yes')
  await answer(person, no.nonce, 'no')
  expect([(await yes.press()).status, (await no.press()).status]).toEqual([303, 410])
  expect((await trailOf(yes.nonce)).types).toEqual(['issued', 'shown', 'asked', 'approved', 'redeemed'])
  expect((await trailOf(no.nonce)).types).toEqual([
    'issued',
    'shown',
    'asked',
    'refused denied',
    // The page that waits has posted once more.
    'refused denied',
  ])
})

test('why a browser gets nothing: expired, another target, a source that has ended', async ({
  signedIn,
  newcomer,
  sql,
  trailOf,
}) => {
  const source = await signedIn()
  const nonces = [await source.askForNonce(), await source.askForNonce({ target: 'web' })]
  const [expired, elsewhere, orphan] = [...nonces, await source.askForNonce()].map(({ nonce }) => nonce)
  if (!expired || !elsewhere || !orphan) throw new Error('no nonce')
  await sql('UPDATE nonces SET expires_at = clock_timestamp() WHERE hash = $1', [nonceHash(expired)])
  await source.signOut()
  const headers = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }
  for (const nonce of [expired, elsewhere, orphan])
    expect((await newcomer().request(`/handoff?nonce=${nonce}`, { headers })).status).toBe(410)
  // A page that was opened in time could still have continued.
  const taken = ['issued', 'revoked signed_out']
  expect((await trailOf(expired)).types).toEqual([...taken, 'refused source_ended'])
  expect((await trailOf(elsewhere)).types).toEqual([...taken, 'refused other_target'])
  expect((await trailOf(orphan)).types).toEqual([...taken, 'refused source_ended'])
})

test('a sign-in, an app and a hand-off are known by browser, system and address', async ({
  newcomer,
  sql,
}) => {
  const source = newcomer(phone)
  await source.signIn('demo')
  const [row] = await sql<{ device: string }>('SELECT device FROM sessions WHERE id = $1', [
    (await source.session())?.sid,
  ])
  expect(JSON.parse(row?.device ?? '{}')).toMatchObject({ browser: 'Safari', system: 'iOS' })
})
