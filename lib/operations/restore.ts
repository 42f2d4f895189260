import { createReadStream, existsSync } from 'node:fs'
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar'
import { readConfig } from '#lib/config/load.ts'
import { operatorPath } from '#lib/config/operator-path.ts'
import { embeddedFolder, hasDatabase } from '#lib/db/data-folder.ts'
import { lockDataFolder } from '#lib/db/data-folder-lock.ts'
import { tablesOf } from '#lib/db/migration-state.ts'
import { openDatabase } from '#lib/db/open.ts'
import { checkDatabase } from './check-database.ts'
import { type Command, WrongUse } from './command.ts'
import { embeddedOnly } from './embedded-only.ts'
import { json, optionsOf } from './options.ts'

/** `baton restore`: the embedded database from a backup, while Baton is stopped. */
export const restore: Command = {
  summary: 'the embedded database from such a file, into an empty data folder, while Baton is stopped',
  usage: 'FILE [--json]',
  read(args) {
    const { values, positionals } = optionsOf(args, json, { words: 1 })
    const [name] = positionals
    if (name === undefined) throw new WrongUse('Name the file that `backup` has written.')
    const file = operatorPath(name)
    return {
      changes: true,
      async *here(leaving) {
        const dataDir = resolve(await embeddedOnly('restore'))
        if (!existsSync(file)) throw new Error(`There is no file ${file}.`)
        if (await isFilled(dataDir)) {
          const folder = embeddedFolder(dataDir)
          throw new Error(
            `${folder} has a database already: move it away first (mv ${folder} ${folder}.old).`,
          )
        }
        await unpack(file, dataDir, leaving)
        // Opened as a start would, but for the migrations.
        const found = await checkDatabase((await readConfig()).usable)
        const faults = found.filter(({ status }) => status === 'fault')
        if (values.json) yield `${JSON.stringify({ ok: faults.length === 0, checks: found }, null, 2)}\n`
        else
          yield faults.length === 0
            ? `The database is in ${dataDir}, and opens. Start Baton.\n`
            : `The database is in ${dataDir}, and has faults:\n${faults
                .map(({ message, advice }) => `  - ${message}${advice ? ` -> ${advice}` : ''}\n`)
                .join('')}`
        return faults.length > 0
      },
    }
  },
}

/** Whether it has a database with tables; one without them is nobody's. */
async function isFilled(dataDir: string): Promise<boolean> {
  if (!hasDatabase(dataDir)) return false
  const { db, close } = await openDatabase({ dataDir }, { migrates: false })
  try {
    return (await tablesOf(db)).length > 0
  } finally {
    await close()
  }
}

async function unpack(file: string, dataDir: string, signal: AbortSignal): Promise<void> {
  const unlock = lockDataFolder(dataDir)
  const folder = embeddedFolder(dataDir)
  const unpacked = join(dataDir, 'restored')
  try {
    await rm(unpacked, { recursive: true, force: true })
    await mkdir(unpacked, { mode: 0o700 })
    const archive = extract({
      cwd: unpacked,
      strict: true,
      filter: (_, entry) => 'type' in entry && ['File', 'Directory'].includes(entry.type),
    })
    await pipeline(createReadStream(file), archive, { signal }).catch((cause) => {
      if (signal.aborted) throw new Error('It was broken off, and nothing is restored.')
      throw new Error(`${file} cannot be unpacked (${cause.message}): it is no backup, or is damaged.`, {
        cause,
      })
    })
    if (!existsSync(join(unpacked, 'PG_VERSION')))
      throw new Error(`${file} is no backup of an embedded database: it has no file PG_VERSION.`)
    await chmod(unpacked, 0o700)
    await rm(folder, { recursive: true, force: true })
    await rename(unpacked, folder)
  } finally {
    await rm(unpacked, { recursive: true, force: true })
    unlock()
  }
}
