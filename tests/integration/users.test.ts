import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type ShownProfile, upsertUser } from '#lib/db/users.ts'
import { onEachDatabase } from '../support/each-database.ts'

const issuer = 'https://op.example.org'
const profile: ShownProfile = { name: 'Demo User', email: 'demo@example.org', image: 'https://i.example/1' }

onEachDatabase((instances) => {
  test.each<[string, ShownProfile]>([
    ['with a profile', profile],
    ['without one', {}],
  ])('50 parallel first sign-ins of one person make one user: %s', async (_, shown) => {
    const subject = randomUUID()
    const [a, b] = instances()
    const users = await Promise.all(
      Array.from({ length: 50 }, (_, index) => upsertUser(index % 2 ? a : b, issuer, subject, shown)),
    )
    expect(new Set(users.map(({ id }) => id)).size).toBe(1)
    const [row] = await a.$queryRaw<{ users: number }[]>`
      SELECT count(*)::int AS users FROM users WHERE subject = ${subject}`
    expect(row?.users).toBe(1)
  })

  test('a sign-in that says nothing new writes nothing', async () => {
    const [db] = instances()
    const subject = randomUUID()
    const version = async (shown: ShownProfile) => {
      await upsertUser(db, issuer, subject, shown)
      const [row] = await db.$queryRaw<{ xmin: string }[]>`
        SELECT xmin::text FROM users WHERE subject = ${subject}`
      return row?.xmin
    }
    const first = await version(profile)
    expect(await version(profile)).toBe(first)
    expect(await version({})).toBe(first)
    expect(await version({ name: 'New Name' })).not.toBe(first)
  })

  test('a person is a subject of one issuer: another of either is another person', async () => {
    const [db] = instances()
    const subject = randomUUID()
    const one = await upsertUser(db, issuer, subject, profile)
    const other = await upsertUser(db, `${issuer}/`, subject, profile)
    const third = await upsertUser(db, issuer, subject.toUpperCase(), profile)
    expect(new Set([one.id, other.id, third.id]).size).toBe(3)
  })

  test('a later sign-in changes what it says of the person and keeps what it does not', async () => {
    const [db] = instances()
    const subject = randomUUID()
    const { id } = await upsertUser(db, issuer, subject, profile)
    expect(await upsertUser(db, issuer, subject, {})).toEqual({ id, ...profile })
    expect(await upsertUser(db, issuer, subject, { name: 'New Name' })).toEqual({
      id,
      ...profile,
      name: 'New Name',
    })
  })
})
