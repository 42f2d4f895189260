import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Locks the data folder for this process and returns a function that unlocks it. Throws an `Error` that names
 * the other process when that holds the lock.
 *
 * Two processes on one embedded database would diverge without an error. An open SQLite file holds a lock of
 * the operating system, which the kernel releases with the process, so a `kill -9` leaves no stale lock. The
 * process id in the file beside it is only for the message.
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const holder = join(folder, 'lock.pid')
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new Error(`the data folder ${folder} is in use by another Baton process${named(holder)}`, { cause })
  }
  writeFileSync(holder, String(process.pid))
  return () => lock.close()
}

function named(holder: string): string {
  try {
    return ` (process ${readFileSync(holder, 'utf8')})`
  } catch {
    return ''
  }
}
