import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

/** An empty folder for an embedded database, and the function that removes it. */
export async function emptyDataDir(): Promise<{ dataDir: string; remove(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'baton-data-'))
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) }
}

/** A folder with an embedded database that has its tables and no rows, and the function that removes it. */
export async function migratedDataDir(): ReturnType<typeof emptyDataDir> {
  const template = process.env.BATON_TEST_DATA_FOLDER
  if (!template) throw new Error('BATON_TEST_DATA_FOLDER is not set: see embedded-setup.ts')
  const { dataDir, remove } = await emptyDataDir()
  await cp(template, dataDir, { recursive: true })
  return { dataDir, remove }
}

/** The URL of a new database on the run's PostgreSQL, which has nothing in it. */
export function emptyPostgres(): Promise<string> {
  return newDatabase('template1')
}

/** The URL of a new database that has its tables and no rows. */
export function migratedPostgres(): Promise<string> {
  return newDatabase(migratedTemplate)
}

/** The database of the run's PostgreSQL that others are copies of; nothing may be connected to it. */
export const migratedTemplate = 'migrated'

async function newDatabase(template: string): Promise<string> {
  const server = process.env.BATON_TEST_POSTGRES
  if (!server) throw new Error('BATON_TEST_POSTGRES is not set: see postgres-setup.ts')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: `${server}/postgres` })
  await client.connect()
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
  await client.end()
  return `${server}/${name}`
}

/** Runs one statement on a PostgreSQL database, past everything that Baton does. */
export async function query<Row extends object>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}
