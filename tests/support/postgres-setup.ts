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
  return async () => {
    delete process.env.BATON_TEST_POSTGRES
    await remove()
  }
}
