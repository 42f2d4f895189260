import { afterAll, beforeAll, describe } from 'vitest'
import type { Database, OpenDatabase } from '#lib/db/database.ts'
import { openDatabase } from '#lib/db/open.ts'
import { migratedDataDir, migratedPostgres } from './databases.ts'

/**
 * Runs a suite on PGlite and on PostgreSQL. `instances` are two clients of one PostgreSQL database, each with
 * connections of its own. PGlite takes one process and one connection, so both are the same there.
 */
export function onEachDatabase(suite: (instances: () => [Database, Database]) => void): void {
  describe.each([
    ['PGlite', openEmbedded],
    ['PostgreSQL', openTwice],
  ])('%s', (_, open) => {
    let opened: Awaited<ReturnType<typeof open>>
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(() => opened?.close())
    suite(() => opened.instances)
  })
}

type Opened = { instances: [Database, Database]; close(): Promise<void> }

async function openEmbedded(): Promise<Opened> {
  const { dataDir, remove } = await migratedDataDir()
  const { db, close } = await openDatabase({ dataDir })
  return {
    instances: [db, db],
    async close() {
      await close()
      await remove()
    },
  }
}

async function openTwice(): Promise<Opened> {
  const where = { url: await migratedPostgres(), dataDir: '' }
  const [a, b] = (await Promise.all([openDatabase(where), openDatabase(where)])) as [
    OpenDatabase,
    OpenDatabase,
  ]
  return {
    instances: [a.db, b.db],
    async close() {
      await Promise.all([a.close(), b.close()])
    },
  }
}
