import { newPostgres } from '../new-postgres.ts'

/** A PostgreSQL that a test may stop and start, unlike the one that the whole run shares. */
export async function startOwnPostgres(options: Parameters<typeof newPostgres>[0] = {}) {
  const { postgres, url, certificatePath, remove } = await newPostgres(options)
  await postgres.createDatabase('baton')
  return {
    url: `${url}/baton`,
    certificatePath,
    start: () => postgres.start(),
    stop: () => postgres.stop(),
    close: remove,
  }
}
