import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { emptyDataDir } from './databases.ts'

declare module 'vitest' {
  interface ProvidedContext {
    embeddedTemplate: string
  }
}

/** One embedded database for a whole run, which suites copy: to make one takes seconds of a core. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { dataDir, remove } = await emptyDataDir()
  await promisify(execFile)(process.execPath, ['tests/support/make-data-folder.ts', dataDir])
  project.provide('embeddedTemplate', dataDir)
  return remove
}
