import { expect, test } from 'vitest'
import { operationsOf, summaryOfQuery } from '#lib/db/statement-span.ts'

test.for<[string, string]>([
  ['SELECT id FROM sessions WHERE id = $1', 'SELECT sessions'],
  ['INSERT INTO leases (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET until = now()', 'INSERT leases'],
  [
    'WITH person AS (SELECT FROM users FOR SHARE) INSERT INTO token_sets SELECT $1 FROM person',
    'SELECT users INSERT token_sets SELECT person',
  ],
  ['UPDATE token_sets SET a = extract(epoch FROM now())', 'UPDATE token_sets'],
  ['SELECT extract(epoch FROM now() - created_at) AS age FROM nonces', 'SELECT nonces'],
  ['SELECT extract(epoch FROM retry_at - now()) FROM token_sets', 'SELECT token_sets'],
  ['DELETE FROM oidc_records', 'DELETE oidc_records'],
  ['SELECT now()', 'SELECT'],
])('a statement without a name is called by its operations: %s', ([text, summary]) => {
  expect(operationsOf(text)).toBe(summary)
})

test('a long one is cut', () => {
  expect(operationsOf('SELECT id FROM sessions;'.repeat(50))).toHaveLength(255)
})

test('a query of Prisma is called by its operation and model, or by its text, never by its values', () => {
  expect(summaryOfQuery('Session', 'findUnique', { where: { id: 'secret' } })).toBe('findUnique Session')
  expect(summaryOfQuery(undefined, '$queryRawUnsafe', ['SELECT 1 FROM users', 'secret'])).toBe('SELECT users')
  expect(summaryOfQuery(undefined, '$executeRaw', { sql: 'DELETE FROM users', values: ['secret'] })).toBe(
    'DELETE users',
  )
  expect(summaryOfQuery(undefined, '$queryRaw', undefined)).toBe('$queryRaw')
})
