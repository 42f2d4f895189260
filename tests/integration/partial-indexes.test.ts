import { expect, test } from 'vitest'
import { openDatabase } from '#lib/db/open.ts'
import { migratedPostgres, query } from '../support/databases.ts'

const mended = 'partial_indexes'
const names = ['sessions_ended_at_idx', 'token_sets_ended_at_idx', 'token_sets_failed_at_idx']

test('a database with full indexes of what has ended gets partial ones, and keeps partial ones', async () => {
  const url = await migratedPostgres()
  const open = async () => (await openDatabase({ url, dataDir: '' })).close()
  const partial = async () => {
    const rows = await query<{ indexname: string; indexdef: string }>(
      url,
      'SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY($1) ORDER BY indexname',
      [names],
    )
    return rows.map(({ indexname, indexdef }) => [indexname, indexdef.includes(' WHERE ')])
  }
  const all = (isPartial: boolean) => names.map((name) => [name, isPartial])
  const before = async () => {
    await query(url, 'DELETE FROM _prisma_migrations WHERE migration_name LIKE $1', [`%${mended}`])
  }
  expect(await partial()).toEqual(all(true))
  for (const name of names) {
    const [, table, field] = /^(sessions|token_sets)_(\w+)_idx$/.exec(name) ?? []
    await query(url, `DROP INDEX ${name}`)
    await query(url, `CREATE INDEX ${name} ON ${table} (${field})`)
  }
  await before()
  expect(await partial()).toEqual(all(false))
  await open()
  expect(await partial()).toEqual(all(true))
  await before()
  await open()
  expect(await partial()).toEqual(all(true))
})
