import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { create } from 'tar'
import { operatorPath } from '#lib/config/operator-path.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import { sizeOf } from '#lib/db/copy-embedded.ts'
import { embeddedFolder, requireDatabase } from '#lib/db/data-folder.ts'
import { lockDataFolder } from '#lib/db/data-folder-lock.ts'
import { type Command, type CommandNeeds, WrongUse } from './command.ts'
import { embeddedOnly } from './embedded-only.ts'
import { json, optionsOf } from './options.ts'
import { throughDoor } from './through-door.ts'

/** `baton backup`: the embedded database in one file, while Baton runs or not. */
export const backup: Command = {
  summary: 'the embedded database in one file (tar, gzip), while Baton runs or not',
  usage: 'FILE [--force] [--json]',
  read(args) {
    const { values, positionals } = optionsOf(args, { force: { type: 'boolean' }, ...json }, { words: 1 })
    const [name] = positionals
    if (name === undefined) throw new WrongUse('Name the file to write.')
    const file = operatorPath(name)
    return {
      changes: true,
      async *here(leaving) {
        const dataDir = resolve(await embeddedOnly('backup'))
        if (!values.force && existsSync(file))
          throw new Error(`There is a file ${file} already; --force puts the backup in its place.`)
        const bytes = await write(file, dataDir, leaving)
        yield values.json
          ? `${JSON.stringify({ file, bytes })}\n`
          : `The backup is in ${file} (${megabytes(bytes)}). It is of use with AUTH_SECRET alone: keep ` +
            'that elsewhere.\n'
        return false
      },
    }
  },
}

/** Where a running Baton copies its database to, for a command that knows the place by itself. */
const copyOf = (dataDir: string) => join(dataDir, 'backup-copy')

/** Removes the copy that a process has left which was killed. */
export async function removeCopy(dataDir: string): Promise<void> {
  await rm(copyOf(dataDir), { recursive: true, force: true })
}

/** Copies the files of the database beside it, and keeps the copy until whoever asked for it goes on. */
export async function* copyForBackup({ config, database }: CommandNeeds): AsyncGenerator<string> {
  const folder = copyOf(resolve(config.database.dataDir))
  const failed = (error: NodeJS.ErrnoException) => {
    if (!error.code) throw error
    const isMade = error.code === 'EEXIST'
    throw new Error(isMade ? 'Another backup is under way.' : `The copy cannot be made (${error.message}).`)
  }
  await mkdir(folder, { mode: 0o700 }).catch(failed)
  try {
    await database.copyTo?.(join(folder, 'database')).catch(failed)
    yield ''
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes the backup, and only then puts it in its place. Returns its size in bytes. */
async function write(file: string, dataDir: string, leaving: AbortSignal): Promise<number> {
  // Another name each time: one that a killed command has left is in nobody's way.
  const partial = `${file}.${randomToken().slice(0, 8)}.partial`
  const failed = (cause: Error) => {
    if (leaving.aborted) throw new Error('The backup was broken off, and nothing is left of it.')
    throw new Error(`The backup could not be written to ${file} (${cause.message}).`, { cause })
  }
  try {
    let fault: Error | undefined
    // Where the copy was lost while it was read, its end says so.
    for await (const folder of stillFolder(dataDir))
      await pack(folder, partial, leaving).catch((error) => {
        fault = error
      })
    if (fault) failed(fault)
    await rename(partial, file).catch(failed)
  } finally {
    await rm(partial, { force: true })
  }
  return (await stat(file)).size
}

/** Yields a folder with the files of the database that nobody writes to until the next step. */
async function* stillFolder(dataDir: string): AsyncGenerator<string> {
  const copying = await throughDoor(dataDir, ['copy-for-backup'])
  if (copying) {
    process.stderr.write('Baton runs: copying its database …\n')
    for await (const _ of copying) yield join(copyOf(dataDir), 'database')
    return
  }
  requireDatabase(dataDir)
  const unlock = lockDataFolder(dataDir)
  try {
    yield embeddedFolder(dataDir)
  } finally {
    unlock()
  }
}

async function pack(folder: string, file: string, signal: AbortSignal): Promise<void> {
  const all = await sizeOf(folder)
  const archive = create({ cwd: folder, portable: true, strict: true }, ['.'])
  // The first error ends the pipeline; it may have more of them.
  archive.on('error', () => {})
  await pipeline(
    Readable.from(counted(archive, all)),
    createGzip(),
    createWriteStream(file, { flags: 'wx', mode: 0o600 }),
    { signal },
  )
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
