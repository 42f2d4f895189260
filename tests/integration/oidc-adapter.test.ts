import { randomUUID } from 'node:crypto'
import { errors } from 'oidc-provider'
import { expect, test } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import { sweep } from '#lib/db/sweep.ts'
import { createAdapter } from '#lib/oidc/adapter.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { total } from '../support/total.ts'

const config = await configOf()

const storage = (db: Database, model = 'AuthorizationCode') => createAdapter({ db, config })(model)

onEachDatabase((instances) => {
  test('what is put under an id is found under it, its id with it, by every instance', async () => {
    const [a, b] = instances()
    const id = randomUUID()
    const payload = { jti: id, accountId: 'someone', params: { nested: ['a', 1, null] } }
    await storage(a).upsert(id, payload, 60)
    expect(await storage(b).find(id)).toEqual(payload)
    expect(await storage(b, 'RefreshToken').find(id)).toBeUndefined()
    await storage(b).upsert(id, { ...payload, accountId: 'another' }, 60)
    expect(await storage(a).find(id)).toMatchObject({ accountId: 'another' })
    await storage(a).destroy(id)
    expect(await storage(b).find(id)).toBeUndefined()
  })

  test('of 40 parallel claims on two instances one succeeds, and 39 are invalid grants', async () => {
    const [a, b] = instances()
    const id = randomUUID()
    await storage(a).upsert(id, { jti: id, grantId: 'grant' }, 60)
    const claims = await Promise.allSettled(
      Array.from({ length: 40 }, (_, turn) => storage(turn % 2 ? a : b).consume(id)),
    )
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const claim of claims)
      if (claim.status === 'rejected') expect(claim.reason).toBeInstanceOf(errors.InvalidGrant)
  })

  test('a claim is told only when it is no race any more', async () => {
    const [db] = instances()
    const id = randomUUID()
    await storage(db).upsert(id, { jti: id }, 60)
    await storage(db).consume(id)
    expect(await storage(db).find(id)).not.toHaveProperty('consumed')
    await db.$executeRaw`
      UPDATE oidc_records SET consumed_at = consumed_at - interval '11 s' WHERE consumed_at IS NOT NULL`
    expect(await storage(db).find(id)).toMatchObject({ consumed: expect.any(Number) })
  })

  test('what has expired is not found, not claimed, and removed', async () => {
    const [db] = instances()
    const id = randomUUID()
    await storage(db).upsert(id, { jti: id, uid: id }, 60)
    await db.$executeRaw`
      UPDATE oidc_records SET expires_at = now() - interval '1 s' WHERE expires_at IS NOT NULL`
    expect(await storage(db).find(id)).toBeUndefined()
    expect(await storage(db).findByUid(id)).toBeUndefined()
    await expect(storage(db).consume(id)).rejects.toBeInstanceOf(errors.InvalidGrant)
    expect(await total(sweep(db, 90))).toBeGreaterThan(0)
    const rows = await db.$queryRaw`SELECT FROM oidc_records WHERE expires_at < now()`
    expect(rows).toEqual([])
  })

  test('a session is found by its uid', async () => {
    const [a, b] = instances()
    const [id, uid] = [randomUUID(), randomUUID()]
    await storage(a, 'Session').upsert(id, { jti: id, uid, accountId: 'someone' }, 60)
    expect(await storage(b, 'Session').findByUid(uid)).toMatchObject({ uid, accountId: 'someone' })
    expect(await storage(b, 'Session').findByUid(randomUUID())).toBeUndefined()
  })

  test('ending a grant ends what came of it, of the model that is asked, and nothing else', async () => {
    const [db] = instances()
    const [grant, other] = [randomUUID(), randomUUID()]
    const put = async (model: string, grantId: string) => {
      const id = randomUUID()
      await storage(db, model).upsert(id, { jti: id, grantId }, 60)
      return id
    }
    const [code, token, kept] = [
      await put('AuthorizationCode', grant),
      await put('RefreshToken', grant),
      await put('AuthorizationCode', other),
    ]
    await storage(db).revokeByGrantId(grant)
    expect(await storage(db).find(code)).toBeUndefined()
    expect(await storage(db).find(kept)).toBeDefined()
    expect(await storage(db, 'RefreshToken').find(token)).toBeDefined()
  })

  test('neither ids nor contents are in the database as they are', async () => {
    const [db] = instances()
    const [id, uid, grantId, secret] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
    await storage(db).upsert(id, { jti: id, uid, grantId, params: { login_hint_token: secret } }, 60)
    const rows = JSON.stringify(await db.$queryRaw`SELECT to_jsonb(t) AS row FROM oidc_records t`)
    for (const value of [id, uid, grantId, secret]) {
      expect(rows).not.toContain(value)
      expect(rows).not.toContain(Buffer.from(value).toString('hex'))
    }
  })
})
