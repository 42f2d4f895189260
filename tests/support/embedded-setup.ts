import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { emptyDataDir } from './databases.ts'

/**
 * One embedded database for a whole run, which suites copy: making one takes seconds of a core. Workers
 * inherit `BATON_TEST_DATA_FOLDER`, its folder.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Vitest calls it once for each project.
  if (process.env.BATON_TEST_DATA_FOLDER) return
  const { dataDir, remove } = await emptyDataDir()
  await promisify(execFile)(process.execPath, ['tests/support/make-database.ts', dataDir])
  process.env.BATON_TEST_DATA_FOLDER = dataDir
  return async () => {
    delete process.env.BATON_TEST_DATA_FOLDER
    await remove()
  }
}
