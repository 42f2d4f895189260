import { EventEmitter } from 'node:events'
import { resolve } from 'node:path'
import { pino } from 'pino'
import type { Config } from '#lib/config/load.ts'
import { applyOutgoingProxy } from '#lib/config/outgoing-proxy.ts'
import { requireDatabase } from '#lib/db/data-folder.ts'
import { migrationState } from '#lib/db/migration-state.ts'
import { openDatabase } from '#lib/db/open.ts'
import { OpenStreams } from '#lib/sessions/open-streams.ts'
import { SessionCache } from '#lib/sessions/session-cache.ts'
import { optionsOf, prettyLines } from '#lib/telemetry/logger.ts'
import { newAccessTokenCache } from '#lib/tokens/access-token-cache.ts'
import type { CommandNeeds } from './command.ts'

/** Milliseconds to wait for a database that takes no connections yet. */
const patience = 2_000

/**
 * Opens the database for a command in this process, and applies no migrations. What `close` waits for: the
 * applications of ended sessions are told, and their token sets revoked, as a running instance would. Throws
 * a plain sentence, also where there is no embedded database or migrations are pending, unless the command
 * takes that.
 */
export async function openForCommand(
  config: Config,
  { takesPending = false } = {},
): Promise<{ needs: CommandNeeds; close(): Promise<void> }> {
  applyOutgoingProxy(config)
  // A slip in BATON_DATA_DIR must not begin another database.
  if (!config.database.url && !takesPending) requireDatabase(resolve(config.database.dataDir))
  const database = await openDatabase(config.database, { migrates: false, patience })
  const { db } = database
  try {
    const { pending } = await migrationState(db)
    if (pending.length > 0 && !takesPending)
      throw new Error(
        `The database lacks migrations of this version: ${pending.join(', ')}. Start this version of ` +
          'Baton, or run `npm run baton -- migrate`.',
      )
  } catch (error) {
    await database.close()
    throw error
  }
  // Standard output belongs to the command.
  const log = pino(optionsOf('warn'), await prettyLines('stderr'))
  const needs: CommandNeeds = {
    db,
    config,
    database,
    log,
    metadata: new Map(),
    accessTokens: newAccessTokenCache(),
    sessions: new SessionCache(),
    streams: new OpenStreams(),
    endings: new EventEmitter(),
  }
  const ended: string[] = []
  needs.endings.on('ended', (sids) => ended.push(...sids))
  const close = async () => {
    try {
      if (ended.length === 0) return
      const { tellOfEndings } = await import('./tell-of-endings.ts')
      await tellOfEndings(ended, needs)
    } finally {
      await database.close()
    }
  }
  return { needs, close }
}
