import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import type { Database } from '#lib/db/database.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import { issueNonce } from '#lib/handoff/issue-nonce.ts'
import { redeemNonce } from '#lib/handoff/redeem-nonce.ts'
import { endRefused } from '#lib/sessions/end-refused.ts'
import { startSession } from '#lib/sessions/start-session.ts'
import { issueWebNonce, touchWebNonce } from '#lib/sessions/web-nonce.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { redemptionOf, someDevice } from '../support/page-of.ts'
import { handOver } from '../support/rows.ts'
import { smallProcess } from '../support/small-process.ts'

const issuer = 'https://op.example.org'

/** A configuration that lets in these groups alone, by a provider and by the ID tokens of its apps. */
const letting = (groups?: string[]) => {
  const allow = groups && { allow: { claims: { groups } } }
  return configOf({
    file: {
      providers: [{ id: 'demo', type: 'oidc', issuer, clientId: 'baton', ...allow }],
      trustedIssuers: [{ issuer, clients: ['app'], ...allow }],
    },
  })
}
const config = await letting()
const withRules = await letting(['staff', 'board'])

type Person = { sub: string; groups: string[] }
const somebody = (...groups: string[]): Person => ({ sub: randomUUID(), groups })

async function signIn(db: Database, { sub, groups }: Person, settings = config) {
  const { sid, user } = await startSession(
    {
      providerId: 'demo',
      providerAccountId: sub,
      claims: { iss: issuer, sub, groups, nonce: 'of the token alone' },
      shown: {},
      tokens: { accessToken: 'at' },
      device: someDevice,
      provenAfter: new Date(),
    },
    smallProcess(db, settings),
  )
  return { sid, user }
}

function idTokenOf({ sub, groups }: Person) {
  const claims = { iss: issuer, sub, groups }
  return {
    issuer,
    subject: sub,
    clientId: 'app',
    amr: [],
    authTime: null,
    issuedAt: new Date(),
    goodUntil: soon(),
    claims,
    profile: {},
  }
}

const soon = () => new Date(Date.now() + 60_000)

/** The web nonce of an app's session. */
async function exchange(db: Database, person: Person, settings = config) {
  const { webNonce } = await issueWebNonce(
    idTokenOf(person),
    randomToken(),
    { device: someDevice, jkt: null },
    {
      db,
      config: settings,
    },
  )
  return webNonce
}

onEachDatabase((instances) => {
  const isLive = async (sid: string) => (await findLiveSession(instances()[0], sid)) !== undefined

  test('at a start with new rules sessions of who is not let in end, hand-offs with them', async () => {
    const [db] = instances()
    const [staff, guest] = [await signIn(db, somebody('staff')), await signIn(db, somebody('guests'))]
    const [staffChild, guestChild] = [await handOver(db, staff), await handOver(db, guest)]
    expect(await endRefused(null, smallProcess(db, withRules))).toBeGreaterThan(0)
    expect(await Promise.all([staff.sid, staffChild.sid, guest.sid, guestChild.sid].map(isLive))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('so do the sessions of apps, whichever provider their people came by', async () => {
    const [db] = instances()
    const needs = { db, config: withRules }
    const [staff, guest] = [await exchange(db, somebody('board')), await exchange(db, somebody('guests'))]
    await endRefused(null, smallProcess(db, withRules))
    expect(await touchWebNonce(staff, { clientIds: null, keys: [''] }, needs)).toBeDefined()
    expect(await touchWebNonce(guest, { clientIds: null, keys: [''] }, needs)).toBeUndefined()
  })

  test('a hand-off by an ID token alone stays for who was let in when it began', async () => {
    const [db] = instances()
    const idToken = idTokenOf(somebody('staff'))
    const proof = { idToken, token: 'an.id.token', admit: async () => idToken }
    const { nonce } = await issueNonce({}, async () => proof, someDevice, smallProcess(db, withRules))
    const hash = sha256(nonce)
    const redeemed = await redeemNonce(redemptionOf(hash), smallProcess(db, withRules))
    const sid = redeemed.state === 'redeemed' ? redeemed.session.sid : ''
    await endRefused(null, smallProcess(db, withRules))
    expect(await isLive(sid)).toBe(true)
    await endRefused(null, smallProcess(db, await letting(['board'])))
    expect(await isLive(sid)).toBe(false)
  })

  test('without rules nobody is looked at, and a person alone can be', async () => {
    const [db] = instances()
    const [one, other] = [await signIn(db, somebody('guests')), await signIn(db, somebody('guests'))]
    expect(await endRefused(null, smallProcess(db, config))).toBe(0)
    expect(await endRefused(one.user.id, smallProcess(db, withRules))).toBe(1)
    expect([await isLive(one.sid), await isLive(other.sid)]).toEqual([false, true])
  })

  test('who signs in and is not let in any more loses the earlier sessions; no new one is made', async () => {
    const [db] = instances()
    const person = somebody('staff')
    const { sid, user } = await signIn(db, person, withRules)
    await expect(signIn(db, { ...person, groups: ['guests'] }, withRules)).rejects.toThrow('allow')
    const rows = await db.$queryRaw<{ id: string; ended: boolean }[]>`
      SELECT id, ended_at IS NOT NULL AS ended FROM sessions WHERE user_id = ${user.id}::uuid`
    expect(rows).toEqual([{ id: sid, ended: true }])
    await expect(signIn(db, somebody('guests'), withRules)).rejects.toThrow('allow')
  })

  test('what is kept of a person is sealed for that person, without what is of a token', async () => {
    const [db] = instances()
    const [one, other] = [await signIn(db, somebody('staff')), await signIn(db, somebody('guests'))]
    const [row] = await db.$queryRaw<{ claims: string }[]>`
      SELECT claims FROM users WHERE id = ${one.user.id}::uuid`
    expect(row?.claims).not.toMatch(/staff|of the token/)
    // Another person's claims, put in their place, say nothing.
    await db.$executeRaw`UPDATE users SET claims = ${row?.claims} WHERE id = ${other.user.id}::uuid`
    await endRefused(other.user.id, smallProcess(db, withRules))
    expect([await isLive(one.sid), await isLive(other.sid)]).toEqual([true, false])
  })
})
