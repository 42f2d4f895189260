import type { TestProject } from 'vitest/node'
import { openDatabase } from '#lib/db/open.ts'
import { emptyDataDir } from './databases.ts'

declare module 'vitest' {
  interface ProvidedContext {
    embeddedTemplate: string
  }
}

/** One embedded database for a whole run, which suites copy: to make one takes seconds of a core. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { dataDir, remove } = await emptyDataDir()
  const { close } = await openDatabase({ dataDir })
  await close()
  project.provide('embeddedTemplate', dataDir)
  return remove
}
