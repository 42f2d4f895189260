import { resolve } from 'node:path'
import type { ReadConfig } from '#lib/config/load.ts'
import { hasDatabase } from '#lib/db/data-folder.ts'
import type { Database } from '#lib/db/database.ts'
import { type MigrationState, migrationState } from '#lib/db/migration-state.ts'
import { openDatabase } from '#lib/db/open.ts'
import { findStoredSigningKeys } from '#lib/db/signing-keys.ts'
import { lostSigningKeys } from '#lib/oidc/signing-keys.ts'
import type { CommandNeeds } from './command.ts'
import { aheadBy, type Finding, findingsOn, skewText } from './finding.ts'
import { throughDoor } from './through-door.ts'

/** Milliseconds to wait for a database that takes no connections yet. */
const patience = 2_000
const { ok, warning, fault } = findingsOn('database')

type State = MigrationState & {
  /** Seconds by which the database's clock is ahead of that of the process that asked it. */
  ahead: number
  keys: { kid: string; sealed: string }[]
}

type Usable = ReadConfig['usable']

/** Whether the database can be reached, what it lacks, and whether the secrets are those of its keys. */
export async function checkDatabase({ database, secrets }: Usable): Promise<Finding[]> {
  if (!database) return [fault('its place is not known, as the configuration says it wrongly')]
  try {
    if (!database.url && !hasDatabase(resolve(database.dataDir)))
      return [ok(`the folder ${database.dataDir} has none yet: the first start makes it`)]
    return findings(await stateOf(database), secrets)
  } catch (error) {
    return [fault((error as Error).message)]
  }
}

/** The state of the database, for a check in another process. */
export async function* databaseState({ db }: Pick<CommandNeeds, 'db'>): AsyncGenerator<string> {
  yield JSON.stringify(await readState(db))
}

async function stateOf(place: NonNullable<Usable['database']>): Promise<State> {
  const told = place.url ? undefined : await throughDoor(place.dataDir, ['database-state'])
  if (told) for await (const state of told) return JSON.parse(state)
  const { db, close } = await openDatabase(place, { migrates: false, patience })
  try {
    return await readState(db)
  } finally {
    await close()
  }
}

async function readState(db: Database): Promise<State> {
  const state = await migrationState(db)
  const before = Date.now()
  const [row] = await db.$queryRaw<{ now: Date }[]>`SELECT now() AS now`
  const ahead = row ? aheadBy(before, row.now.getTime()) : 0
  return { ...state, ahead, keys: state.pending.length > 0 ? [] : await findStoredSigningKeys(db) }
}

async function findings(
  { pending, unknown, unfinished, ahead, keys }: State,
  secrets: Usable['secrets'],
): Promise<Finding[]> {
  const lost = secrets ? await lostSigningKeys(keys, secrets) : []
  const skew = skewText(ahead)
  return [
    ok('it answers'),
    ...unfinished.map((name) =>
      fault(
        `the migration ${name} has not finished`,
        'Start Baton: it says what went wrong, and what to do.',
      ),
    ),
    ...(pending.length > 0
      ? [
          warning(
            `migrations are pending: ${pending.join(', ')}`,
            'A start applies them, and so does `npm run baton -- migrate`.',
          ),
        ]
      : [ok('all migrations of this version are applied')]),
    ...(unknown.length > 0
      ? [
          warning(
            `a newer Baton has changed it: ${unknown.join(', ')}`,
            'Bring this installation up to date. The version just before the newer one works meanwhile.',
          ),
        ]
      : []),
    ...lost.map(({ kid }) =>
      fault(
        `the signing key ${kid} was sealed with another AUTH_SECRET`,
        'Set that secret again, after the new one: AUTH_SECRET=NEW,OLD. If it is lost: `npm run baton -- ' +
          'keys rotate --discard-lost`.',
      ),
    ),
    ...(secrets && keys.length > 0 && lost.length === 0 ? [ok('AUTH_SECRET opens its signing keys')] : []),
    ...(skew
      ? [warning(`its clock is ${skew}`, 'Have both machines set their clocks by the same time service.')]
      : []),
  ]
}
