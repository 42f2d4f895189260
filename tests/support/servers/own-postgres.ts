import { newPostgres } from '../new-postgres.ts'

/** A PostgreSQL that a test may stop and start, unlike the one that the whole run shares. */
export async function startOwnPostgres() {
  const { postgres, url, remove } = await newPostgres()
  await postgres.createDatabase('baton')
  return {
    url: `${url}/baton`,
    start: () => postgres.start(),
    stop: () => postgres.stop(),
    close: remove,
  }
}
