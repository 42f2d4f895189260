import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openDatabase } from '#lib/db/open.ts'
import { migratedPostgres, query } from '../support/databases.ts'
import { feedOn } from '../support/told-feed.ts'

test('150,000 endings of one moment are told once each by two feeds, at most 500 at once', {
  timeout: 120_000,
}, async () => {
  const url = await migratedPostgres()
  const { db, close } = await openDatabase({ url, dataDir: '' })
  const feeds = [feedOn(db), feedOn(db)]
  try {
    const userId = randomUUID()
    await query(url, `INSERT INTO users (id, issuer, subject) VALUES ($1, 'i', 's')`, [userId])
    const rows = await query<{ id: string }>(
      url,
      `INSERT INTO sessions (id, kind, user_id, amr, auth_time, expires_at, ended_at)
       SELECT gen_random_uuid(), 'browser', $1, '{}', now(), now() + interval '1 day', now()
       FROM generate_series(1, 150000)
       RETURNING id`,
      [userId],
    )
    const sids = rows.map(({ id }) => id)
    for (let look = 0; look < 3; look++) await Promise.all(feeds.map(({ feed }) => feed.look()))
    for (const { sizes, times } of feeds) {
      expect(times(sids, 1)).toBe(150_000)
      expect(Math.max(...sizes)).toBe(500)
    }
  } finally {
    for (const { feed } of feeds) feed.close()
    await close()
  }
})
