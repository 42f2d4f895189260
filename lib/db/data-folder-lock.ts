import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Takes the data folder for this process alone and returns a function that gives it back; throws an
 * `Error` that names the holder when another living process has it.
 *
 * Two processes on one embedded database diverge without an error. The lock is the operating system's own,
 * held through an open SQLite file, so the kernel drops it with the process: after a `kill -9` there is
 * nothing stale to judge. The process id beside it serves the message only.
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
