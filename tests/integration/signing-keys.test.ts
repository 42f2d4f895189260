import { expect, test } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import { discardLostSigningKeys, rotateSigningKeys, signingKeys } from '#lib/oidc/signing-keys.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'

const config = await configOf()
const kids = async (db: Database) => (await signingKeys({ db, config })).map(({ kid }) => kid)
const later = (db: Database, seconds: number) =>
  db.$executeRaw`UPDATE signing_keys SET signs_from = signs_from - make_interval(secs => ${seconds}::int)`

onEachDatabase((instances) => {
  test('instances that start together share one key for each algorithm', async () => {
    const all = await Promise.all([...instances(), ...instances()].map(kids))
    expect(new Set(all.map((some) => [...some].sort().join())).size).toBe(1)
    const keys = await signingKeys({ db: instances()[0], config })
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256'])
  })

  test('a new key is published before it signs, and the old one is for 30 days after', async () => {
    const [a, b] = instances()
    const first = async (db: Database) =>
      (await signingKeys({ db, config })).find(({ alg }) => alg === 'RS256')?.kid
    const old = await first(a)
    const fresh = await rotateSigningKeys({ db: a, config })
    expect(await kids(b)).toEqual(expect.arrayContaining(fresh))
    expect(await first(b)).toBe(old)
    await later(a, 16 * 60)
    expect(fresh).toContain(await first(b))
    expect(await kids(b)).toContain(old)
    await later(a, 31 * 24 * 3600)
    expect(await kids(b)).not.toContain(old)
    expect(await kids(b)).toHaveLength(2)
  })

  test('private keys are sealed, and another secret opens none', async () => {
    const [db] = instances()
    const rows = JSON.stringify(await db.$queryRaw`SELECT to_jsonb(t) AS row FROM signing_keys t`)
    for (const { d } of await signingKeys({ db, config })) expect(rows).not.toContain(d)
    const other = { ...config, secrets: ['another secret of the tests that is long enough'] as const }
    await expect(signingKeys({ db, config: other })).rejects.toThrow('AUTH_SECRET')
  })

  test('under another secret no key is made: instances could not start with it', async () => {
    const [db] = instances()
    const before = await kids(db)
    const other = { ...config, secrets: ['another secret of the tests that is long enough'] as const }
    await expect(rotateSigningKeys({ db, config: other })).rejects.toThrow('npm run keys:rotate -- --discard')
    expect(await kids(db)).toEqual(before)
  })

  test('keys sealed under an older secret are read and sealed anew, so that it can be dropped', async () => {
    const [db] = instances()
    const before = await kids(db)
    const newer = 'a newer secret of the tests that is long enough'
    const both = { ...config, secrets: [newer, ...config.secrets] as const }
    expect((await signingKeys({ db, config: both })).map(({ kid }) => kid)).toEqual(before)
    const alone = { ...config, secrets: [newer] as const }
    expect((await signingKeys({ db, config: alone })).map(({ kid }) => kid)).toEqual(before)
    await signingKeys({ db, config: { ...config, secrets: [config.secrets[0], newer] as const } })
  })

  test('only keys that no secret opens are discarded, and those that are left sign', async () => {
    const [a, b] = instances()
    const signing = async () => (await signingKeys({ db: b, config })).slice(0, 2).map(({ kid }) => kid)
    const good = await signing()
    // The older one is not published; without the newer one it would be again.
    const lost = ['lost-long-ago', 'lost-now']
    for (const [index, kid] of lost.entries())
      await a.$executeRaw`
        INSERT INTO signing_keys (kid, alg, sealed, signs_from)
        VALUES (${kid}, 'RS256', 'sealed elsewhere', now() - make_interval(days => ${index ? 0 : 900}))`
    await expect(signing()).rejects.toThrow('lost-now')

    expect(await discardLostSigningKeys({ db: a, config })).toEqual(lost)
    expect(await signing()).toEqual(good)
    expect(await discardLostSigningKeys({ db: a, config })).toEqual([])
  })

  test('where every key is lost the new ones sign at once', async () => {
    const [a, b] = instances()
    const before = await kids(a)
    const fresh = { ...config, secrets: ['another secret of the tests that is long enough'] as const }
    const lost = await discardLostSigningKeys({ db: a, config: fresh })
    expect(lost).toEqual(expect.arrayContaining(before))
    const made = await rotateSigningKeys({ db: a, config: fresh })
    expect((await signingKeys({ db: b, config: fresh })).map(({ kid }) => kid).toSorted()).toEqual(
      made.toSorted(),
    )
    const rows = await a.$queryRaw<
      { signs: boolean }[]
    >`SELECT signs_from <= now() AS signs FROM signing_keys`
    expect(rows).toEqual([{ signs: true }, { signs: true }])
  })
})
