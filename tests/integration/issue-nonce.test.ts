import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import { upsertUser } from '#lib/db/users.ts'
import { issueNonce, type NonceParameters, type Proof } from '#lib/handoff/issue-nonce.ts'
import { nonceStatus } from '#lib/handoff/nonce-status.ts'
import { openHandoff } from '#lib/handoff/open-handoff.ts'
import { redeemNonce } from '#lib/handoff/redeem-nonce.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { redemptionOf, someDevice } from '../support/page-of.ts'
import { signIn } from '../support/rows.ts'
import { smallProcess } from '../support/small-process.ts'

const config = await configOf()

/** The session that redeeming the nonce gives, if it does. */
async function redeemed(db: Database, nonce: string) {
  const outcome = await redeemNonce(redemptionOf(sha256(nonce)), smallProcess(db, config))
  return outcome.state === 'redeemed' ? outcome.session : undefined
}

const opened = (db: Database, nonce: string) =>
  openHandoff({ nonce, proof: undefined }, { device: someDevice }, smallProcess(db, config))

async function sessionProof(
  db: Database,
): Promise<{ session: NonNullable<Awaited<ReturnType<typeof findLiveSession>>> }> {
  const session = await findLiveSession(db, (await signIn(db)).sid)
  if (!session) throw new Error('the sign-in did not work')
  return { session }
}

function idTokenProof(subject: string): Proof {
  const issuer = 'https://op.example.org'
  const claims = { iss: issuer, sub: subject, name: 'Demo User' }
  const issuedAt = new Date('2026-01-02T03:04:05Z')
  const goodUntil = new Date(Date.now() + 60_000)
  const said = { amr: ['pwd'], authTime: null, issuedAt, goodUntil, claims, profile: { name: 'Demo User' } }
  const idToken = { issuer, subject, clientId: 'app', ...said }
  return { idToken, token: `${subject}.signed`, admit: async () => idToken }
}

onEachDatabase((instances) => {
  const issue = async (proof: Proof, parameters: NonceParameters = {}) => {
    const [db] = instances()
    return issueNonce(parameters, async () => proof, someDevice, smallProcess(db, config))
  }

  test('of a nonce nothing but its SHA-256 is in the database', async () => {
    const [db] = instances()
    const { nonce } = await issue(await sessionProof(db), { redirect_to: '/inbox' })
    const tables = await db.$queryRaw<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`
    // A new table belongs in the search below.
    expect(tables.map(({ name }) => name)).toEqual([
      '_prisma_migrations',
      'audit_events',
      'device_requests',
      'id_token_uses',
      'leases',
      'limit_counts',
      'logout_tokens',
      'nonces',
      'oidc_records',
      'sessions',
      'signing_keys',
      'static_files',
      'token_sets',
      'used_proofs',
      'users',
      'write_probes',
    ])
    const search = async () => {
      const rows = await db.$queryRaw<{ row: string }[]>`
        SELECT to_jsonb(t)::text AS row FROM nonces t UNION ALL SELECT to_jsonb(t)::text FROM sessions t
        UNION ALL SELECT to_jsonb(t)::text FROM audit_events t
        UNION ALL SELECT to_jsonb(t)::text FROM token_sets t UNION ALL SELECT to_jsonb(t)::text FROM users t
        UNION ALL SELECT to_jsonb(t)::text FROM oidc_records t
        UNION ALL SELECT to_jsonb(t)::text FROM device_requests t
        UNION ALL SELECT to_jsonb(t)::text FROM used_proofs t
        UNION ALL SELECT to_jsonb(t)::text FROM signing_keys t
        UNION ALL SELECT to_jsonb(t)::text FROM leases t
        UNION ALL SELECT to_jsonb(t)::text FROM static_files t
        UNION ALL SELECT to_jsonb(t)::text FROM id_token_uses t
        UNION ALL SELECT to_jsonb(t)::text FROM limit_counts t
        UNION ALL SELECT to_jsonb(t)::text FROM write_probes t`
      return rows.map(({ row }) => row).join('\n')
    }
    const raw = Buffer.from(nonce, 'base64url').toString('hex')
    const hidden = [nonce, raw, Buffer.from(nonce).toString('hex'), Buffer.from(nonce).toString('base64')]
    for (const moment of ['issued', 'redeemed']) {
      const text = await search()
      expect(text, moment).toContain(sha256(nonce).toString('hex'))
      for (const form of hidden) expect(text, moment).not.toContain(form)
      if (moment === 'issued') expect(await redeemed(db, nonce)).toBeDefined()
    }
  })

  test('a nonce has 43 base64url characters, the configured life and a public address', async () => {
    const issued = await issue(await sessionProof(instances()[0]))
    expect(issued.nonce).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(issued.expiresIn).toBe(30)
    expect(issued.handoffUri).toBe(`https://baton.example.org/handoff?nonce=${issued.nonce}`)
  })

  test('the same person by browser and by app is the same user', async () => {
    const [db] = instances()
    const subject = randomUUID()
    const byBrowser = await upsertUser(db, 'https://op.example.org', subject, {})
    const { nonce } = await issue(idTokenProof(subject))
    expect((await opened(db, nonce))?.user).toEqual({ ...byBrowser, name: 'Demo User' })
  })

  test('an ID token without auth_time counts from when it was issued', async () => {
    const [db] = instances()
    const { nonce } = await issue(idTokenProof(randomUUID()))
    const session = await redeemed(db, nonce)
    expect(await findLiveSession(db, session?.sid ?? '')).toMatchObject({
      authTime: new Date('2026-01-02T03:04:05Z'),
      amr: ['pwd'],
    })
  })

  test.each<[NonceParameters, string]>([
    [{ redirect_to: '//evil.test' }, 'invalid_request'],
    [{ redirect_to: 'https://evil.test' }, 'invalid_request'],
    [{ code_challenge: 'x', code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }, 'invalid_request'],
    [{ target: 'unknown' }, 'unauthorized_client'],
  ])('%j is refused as %s, and no nonce is made', async (parameters, code) => {
    const [db] = instances()
    const proof = await sessionProof(db)
    await expect(issue(proof, parameters)).rejects.toMatchObject({ code })
    const rows = await db.$queryRaw`SELECT FROM nonces WHERE source_session_id = ${proof.session.id}::uuid`
    expect(rows).toEqual([])
  })

  test('where every nonce has to be bound, one without a challenge is refused', async () => {
    const [db] = instances()
    const strict = await configOf({ file: { handoff: { binding: 'verifier' } } })
    const proof = await sessionProof(db)
    await expect(
      issueNonce({}, async () => proof, someDevice, smallProcess(db, strict)),
    ).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  test('the session that asked for a nonce learns how far it has come, and no other does', async () => {
    const [db] = instances()
    const { session } = await sessionProof(db)
    const { nonce } = await issue({ session })
    const status = () => nonceStatus(nonce, session.id, { db })
    expect(await status()).toEqual({ state: 'waiting' })
    await opened(db, nonce)
    expect(await status()).toEqual({ state: 'opened' })
    await redeemed(db, nonce)
    expect(await status()).toEqual({ state: 'spent' })
    await expect(nonceStatus(nonce, randomUUID(), { db })).rejects.toMatchObject({ code: 'not_found' })
    await expect(nonceStatus('unknown', session.id, { db })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('what is no nonce never reaches the database', async () => {
    const [db] = instances()
    expect(await redeemed(db, 'short')).toBeUndefined()
    expect(await opened(db, "' OR 1=1 --")).toBeUndefined()
  })
})
