import { statfsSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'

/** Bytes of a segment of the write-ahead log; PGlite never returns when the next one does not fit. */
const segment = 16 * 1024 * 1024
const least = 2 * segment
/** Milliseconds for which a look at the disk holds. */
const holds = 1_000
const reads = /^\s*(SELECT|SHOW|BEGIN|COMMIT|ROLLBACK|SET)\b/i

/**
 * Keeps the embedded database from what it does not survive: statements that write are refused, as by a full
 * disk (`53100`), while the disk of its folder has room for less than two segments of the log.
 */
export function refuseWithoutRoom(pglite: PGlite, folder: string): void {
  const { query } = pglite
  let looked = Number.NEGATIVE_INFINITY
  let hasRoom = true
  const look = () => {
    if (performance.now() - looked < holds) return hasRoom
    looked = performance.now()
    const { bavail, bsize } = statfsSync(folder)
    hasRoom = bavail * bsize >= least
    return hasRoom
  }
  pglite.query = ((text: string, ...rest: []) =>
    reads.test(text) || look() ? query.call(pglite, text, ...rest) : Promise.reject(noRoom())) as typeof query
}

function noRoom(): Error {
  return Object.assign(new Error('the disk of the embedded database is nearly full'), { code: '53100' })
}
