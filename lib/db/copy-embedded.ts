import { constants, statfsSync } from 'node:fs'
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import type { CopyTo } from './database.ts'

/** Bytes of the disk that have to stay free: the write-ahead log goes on meanwhile and afterwards. */
const spare = 64 * 1024 * 1024

/**
 * The copier of an open embedded database. Between two statements its files are what a power failure would
 * leave, with all that was committed: opened, the copy recovers. A transaction that is under way is not in
 * it.
 */
export function copyTo(pglite: PGlite, folder: string): CopyTo {
  return async (target) => {
    await refuseWithoutRoom(folder)
    await pglite.runExclusive(() => copyFolder(folder, target))
  }
}

/** Bytes of all files in a folder. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name))))
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

async function refuseWithoutRoom(folder: string): Promise<void> {
  const { bavail, bsize } = statfsSync(folder)
  const size = await sizeOf(folder)
  if (bavail * bsize < size + spare)
    throw new Error(
      `The disk of ${folder} has no room for a second copy of the database, of ` +
        `${Math.ceil(size / 1024 ** 2)} MB, which a backup makes for a while. Make room, or stop Baton: a ` +
        'backup then needs no copy.',
    )
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyFolder(source, target)
    // Where the file system can, both share their blocks until one of them changes.
    else if (entry.isFile()) await copyFile(source, target, constants.COPYFILE_FICLONE)
  }
}
