import { PGlite } from '@electric-sql/pglite'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { clientOf } from './client.ts'
import { copyTo } from './copy-embedded.ts'
import { embeddedFolder, hasDatabase } from './data-folder.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import type { OpenDatabase } from './database.ts'
import { refuseWithoutRoom } from './disk-room.ts'
import { applyPendingMigrations } from './migrations.ts'
import type { Run, Statement, Together } from './prepared.ts'

/**
 * Opens the embedded database of a folder, which this process holds from then on. Throws a plain sentence.
 */
export async function openEmbedded(
  dataDir: string,
  { migrates }: { migrates: boolean },
): Promise<OpenDatabase> {
  const unlock = lockDataFolder(dataDir)
  try {
    const folder = embeddedFolder(dataDir)
    // Refuses what is there and is none.
    hasDatabase(dataDir)
    const pglite = await PGlite.create(folder).catch((cause) => {
      throw new Error(
        `The embedded database in ${folder} cannot be opened (${cause.message}). See that the disk has ` +
          'room and that this user may write there; if it is damaged, put a backup of the folder in its ' +
          'place.',
        { cause },
      )
    })
    const adapter = new PrismaPGlite(pglite)
    const migrate = () => applyPendingMigrations(adapter)
    refuseWithoutRoom(pglite, folder)
    const applied = migrates ? await migrate() : []
    const run: Run = async <Row>({ text }: Statement, values: readonly unknown[]) =>
      (await pglite.query<Row>(text, [...values])).rows
    const together: Together = <Row>(steps: Parameters<Together>[0]) =>
      pglite.transaction(async (transaction) => {
        let rows: Row[] = []
        for (const [{ text }, values] of steps) rows = (await transaction.query<Row>(text, [...values])).rows
        return rows
      })
    const { db, health, disconnect } = clientOf(adapter, { run, together })
    const close = async () => {
      await disconnect()
      await pglite.close()
      unlock()
    }
    return { db, health, applied, migrate, copyTo: copyTo(pglite, folder), close }
  } catch (error) {
    unlock()
    throw error
  }
}
