import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { usable } from './data-folder.ts'

type SqliteError = Error & { errcode?: number }

/** What SQLite says of a lock that another process has. */
const busy = 5

/**
 * Locks the data folder for this process and returns a function that unlocks it. Throws a plain sentence when
 * the folder cannot be used, or another process, which it names, holds the lock.
 *
 * Two processes on one embedded database would diverge without an error. An open SQLite file holds a lock of
 * the operating system, which the kernel releases with the process, so a `kill -9` leaves no stale lock. The
 * process id in the file beside it is only for the message.
 */
export function lockDataFolder(folder: string): () => void {
  usable(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    usable(folder, () => writeFileSync(join(folder, 'lock.pid'), String(process.pid)))
  } catch (cause) {
    lock?.close()
    const { errcode, message } = cause as SqliteError
    if (errcode === undefined) throw cause
    throw new Error(
      errcode === busy
        ? `the data folder ${folder} is in use by another Baton process${named(folder)}`
        : `The data folder ${folder} cannot be used: its file lock is no lock, or is not for this user to ` +
            `write (${message}).`,
      { cause },
    )
  }
  const locked = lock
  return () => locked.close()
}

/** Who holds the lock of the data folder, by name; `undefined` when nobody does. Writes nothing. */
export function lockHolder(folder: string): string | undefined {
  const path = join(folder, 'lock')
  if (!existsSync(path)) return undefined
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(path, { readOnly: true, timeout: 0 })
    lock.exec('SELECT 1 FROM sqlite_schema')
    return undefined
  } catch (error) {
    return (error as SqliteError).errcode === busy ? `Baton${named(folder)}` : undefined
  } finally {
    lock?.close()
  }
}

function named(folder: string): string {
  try {
    return ` (process ${readFileSync(join(folder, 'lock.pid'), 'utf8')})`
  } catch {
    return ''
  }
}
