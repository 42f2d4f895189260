import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { migratedTemplate, query } from './databases.ts'
import { newPostgres } from './new-postgres.ts'

/**
 * One real PostgreSQL for a whole run; each suite makes a database of its own in it. Either runner calls this
 * before it starts its workers, which inherit `BATON_TEST_POSTGRES`, the server's URL.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Vitest calls it once for each project.
  if (process.env.BATON_TEST_POSTGRES) return
  const { url, remove } = await newPostgres()
  process.env.BATON_TEST_POSTGRES = url
  await query(`${url}/postgres`, `CREATE DATABASE ${migratedTemplate}`)
  const make = ['tests/support/make-database.ts', `${url}/${migratedTemplate}`]
  await promisify(execFile)(process.execPath, make)
  return async () => {
    delete process.env.BATON_TEST_POSTGRES
    await remove()
  }
}
