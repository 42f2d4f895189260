import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { create } from 'tar'
import { sizeOf } from '#lib/db/copy-embedded.ts'
import { lockDataFolder } from '#lib/db/data-folder-lock.ts'
import { embeddedFolder } from '#lib/db/embedded-folder.ts'
import { type Command, type CommandNeeds, WrongUse } from './command.ts'
import { embeddedOnly } from './embedded-only.ts'
import { json, optionsOf } from './options.ts'
import { operatorDoor } from './through-door.ts'

/** Hours after which a copy in the data folder was left behind. */
const longestHours = 24

/** `baton backup`: the embedded database in one file, while Baton runs or not. */
export const backup: Command = {
  summary: 'the embedded database in one file (tar, gzip), while Baton runs or not',
  usage: 'FILE [--force] [--json]',
  read(args) {
    const { values, positionals } = optionsOf(args, { force: { type: 'boolean' }, ...json }, { words: 1 })
    const [file] = positionals
    if (file === undefined) throw new WrongUse('Name the file to write.')
    return {
      async *here() {
        const dataDir = await embeddedOnly('backup')
        if (!values.force && existsSync(file))
          throw new Error(`There is a file ${file} already; --force puts the backup in its place.`)
        const { folder, done } = await stillFolder(dataDir)
        try {
          const bytes = await archive(folder, file)
          yield values.json
            ? `${JSON.stringify({ file: resolve(file), bytes })}\n`
            : `The backup is in ${file} (${megabytes(bytes)}). It is of use with AUTH_SECRET alone: keep ` +
              'that elsewhere.\n'
        } finally {
          await done()
        }
        return false
      },
    }
  },
}

/** Copies the files of the database beside it, and yields where. Whoever asked for it removes that folder. */
export async function* copyForBackup({ config, database }: CommandNeeds): AsyncGenerator<string> {
  const folder = join(resolve(config.database.dataDir), 'backup-copy')
  await removeOld(folder)
  await mkdir(folder, { mode: 0o700 }).catch(() => {
    throw new Error(`Another backup is under way. If it was broken off, remove ${folder} first.`)
  })
  try {
    await database.copyTo?.(join(folder, 'database'))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  yield folder
}

async function removeOld(folder: string): Promise<void> {
  const made = await stat(folder).catch(() => undefined)
  const hours = made ? (Date.now() - made.mtimeMs) / 3_600_000 : 0
  if (hours > longestHours) await rm(folder, { recursive: true, force: true })
}

/** A folder with the files of the database that nobody writes to, and what is to do afterwards. */
async function stillFolder(dataDir: string): Promise<{ folder: string; done(): Promise<void> }> {
  const door = await operatorDoor(dataDir)
  if (door) {
    process.stderr.write('Baton runs: copying its database …\n')
    for await (const copy of door(['copy-for-backup']))
      return { folder: join(copy, 'database'), done: () => rm(copy, { recursive: true, force: true }) }
  }
  const folder = embeddedFolder(resolve(dataDir))
  if (!existsSync(join(folder, 'PG_VERSION'))) throw new Error(`There is no database in ${dataDir}.`)
  const unlock = lockDataFolder(resolve(dataDir))
  return { folder, done: async () => unlock() }
}

/** Writes the archive, and only then puts it in its place. Returns its size in bytes. */
async function archive(folder: string, file: string): Promise<number> {
  const partial = `${file}.partial`
  const all = await sizeOf(folder)
  try {
    await pipeline(
      Readable.from(counted(create({ cwd: folder, portable: true }, ['.']), all)),
      createGzip(),
      createWriteStream(partial, { flags: 'wx', mode: 0o600 }),
    )
    await rename(partial, file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new Error(`Another backup writes ${partial}. If not, remove it first.`)
    await rm(partial, { force: true })
    throw new Error(`The backup could not be written to ${file} (${message}).`, { cause: error })
  }
  return (await stat(file)).size
}

async function* counted(pieces: AsyncIterable<Buffer>, all: number): AsyncGenerator<Buffer> {
  let [done, told] = [0, 0]
  for await (const piece of pieces) {
    yield piece
    done += piece.length
    const tenth = Math.floor((10 * done) / all)
    if (tenth <= told || tenth > 10) continue
    told = tenth
    process.stderr.write(`${10 * tenth} % of ${megabytes(all)}\n`)
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`
}
