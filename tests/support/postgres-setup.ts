import type { TestProject } from 'vitest/node'
import { newPostgres } from './new-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

/** One real PostgreSQL for a whole run; each suite makes a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, remove } = await newPostgres()
  project.provide('postgresUrl', url)
  return remove
}
