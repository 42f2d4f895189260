import { accessSync, constants, existsSync, lstatSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of the embedded database itself. */
export function embeddedFolder(dataDir: string): string {
  return join(dataDir, 'database')
}

/**
 * Whether a data folder has a database. Makes nothing. Throws a plain sentence where there is something else,
 * or where none can be made.
 */
export function hasDatabase(dataDir: string): boolean {
  const folder = embeddedFolder(dataDir)
  const isFilled = usable(dataDir, () => {
    const place = nearest(folder)
    accessSync(place, constants.W_OK)
    return readdirSync(place).length > 0 && place === folder
  })
  if (!isFilled) return false
  // PGlite would begin a new database over what is there.
  if (!existsSync(join(folder, 'PG_VERSION')))
    throw new Error(
      `The embedded database in ${folder} is damaged: it has no file PG_VERSION. Put a backup of the ` +
        'folder in its place, or move it away to begin with an empty database.',
    )
  return true
}

/** Throws a plain sentence where there is no database. */
export function requireDatabase(dataDir: string): void {
  if (!hasDatabase(dataDir))
    throw new Error(
      `There is no database in ${dataDir}: see that BATON_DATA_DIR is right. A start makes one.`,
    )
}

/** Does something with a data folder, and puts the errors of the operating system into a plain sentence. */
export function usable<Done>(dataDir: string, act: () => Done): Done {
  try {
    return act()
  } catch (cause) {
    const { code = '', message, path = dataDir } = cause as NodeJS.ErrnoException
    const reason = reasons[code]
    throw new Error(
      `The data folder ${dataDir} cannot be used: ${reason ? `${path} ${reason} (${code})` : message}.`,
      { cause },
    )
  }
}

const reasons: Record<string, string> = {
  ENOTDIR: 'is no folder, or is in none',
  EEXIST: 'is no folder',
  EISDIR: 'is a folder, where a file belongs',
  ENOENT: 'is a link to nothing',
  EACCES: 'is not for this user to write',
  EPERM: 'is not for this user to write',
  EROFS: 'is on a disk that takes no writes',
}

// A link counts, wherever it leads.
function nearest(path: string): string {
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined
  return isThere || dirname(path) === path ? path : nearest(dirname(path))
}
