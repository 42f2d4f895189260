import { setTimeout as sleep } from 'node:timers/promises'
import { extendWorkLease, takeWorkLease } from '#lib/db/leases.ts'
import { sweep } from '#lib/db/sweep.ts'
import { nothingSearched } from '#lib/db/unused-token-sets.ts'
import { vacuum } from '#lib/db/vacuum.ts'
import { revokeEnded } from '#lib/tokens/revoke-token-sets.ts'
import { type EndingNeeds, endIdleSessions } from './end-session.ts'

const every = 60_000
/**
 * Seconds that an instance has a pass for itself; somewhat less than `every`, so that a single instance finds
 * its last lease lapsed. A longer pass extends it after so many milliseconds.
 */
const leaseSeconds = 50
const extendEvery = 10_000
/** Milliseconds between two batches, for everybody else who needs the database. */
const pause = 10

type Work = {
  name: string
  batches(): AsyncGenerator<number>
  /** What the log says of a pass that changed something, and of one that failed. */
  done: string
  failed: string
}

type Needs = EndingNeeds & { stopping: AbortSignal }

/**
 * Once a minute ends idle sessions, removes expired rows, and revokes ended token sets at their providers. Of
 * all instances on the database one has a pass of the first two. Vacuums the embedded database. Returns the
 * function that stops it.
 */
export function keepSweeping(needs: Needs): () => void {
  const searched = nothingSearched()
  const idle: Work = {
    name: 'end idle sessions',
    batches: () => endIdleSessions(needs),
    done: 'idle sessions ended',
    failed: 'could not end idle sessions',
  }
  const expired: Work = {
    name: 'remove expired rows',
    batches: () => sweep(needs.db, needs.config.auditDays, searched),
    done: 'expired rows removed',
    failed: 'could not remove expired rows',
  }
  const dead: Work = {
    name: 'vacuum',
    batches: () => vacuum(needs.db),
    done: 'space of removed rows is free again',
    failed: 'could not vacuum the database; will retry',
  }
  const revokes = onceAtATime(
    () => revokeEnded(null, needs),
    (error) => needs.log.warn({ err: error }, 'could not revoke tokens at the provider; will retry'),
  )
  const timer = setInterval(() => {
    // An idle session's token set has ended by then.
    pass(idle, needs).then(revokes)
    const swept = pass(expired, needs)
    // PostgreSQL does so by itself.
    if (!needs.config.database.url) swept.then(() => pass(dead, needs))
  }, every)
  timer.unref()
  return () => clearInterval(timer)
}

/**
 * Does some work in batches, unless another instance has the lease of it. Never rejects.
 *
 * @internal For tests.
 */
export async function pass({ name, batches, done, failed }: Work, { db, log, stopping }: Needs) {
  if (stopping.aborted) return
  let rows = 0
  try {
    const lease = await takeWorkLease(db, name, leaseSeconds)
    if (!lease) return
    let extendedAt = Date.now()
    for await (const changed of batches()) {
      rows += changed
      await sleep(pause, undefined, { ref: false })
      if (stopping.aborted) return
      if (Math.abs(Date.now() - extendedAt) < extendEvery) continue
      extendedAt = Date.now()
      if (!(await extendWorkLease(db, lease, leaseSeconds))) return
    }
    if (rows > 0) log.debug({ rows }, done)
  } catch (error) {
    if (!stopping.aborted) log.warn({ err: error, rows }, failed)
  }
}

function onceAtATime(work: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let isRunning = false
  return () => {
    if (isRunning) return
    isRunning = true
    work()
      .catch(failed)
      .finally(() => {
        isRunning = false
      })
  }
}
