import { setTimeout as sleep } from 'node:timers/promises'
import { extendWorkLease, takeWorkLease } from '#lib/db/leases.ts'
import { sweep } from '#lib/db/sweep.ts'
import { untoldSince } from '#lib/db/untold-endings.ts'
import { nothingSearched } from '#lib/db/unused-token-sets.ts'
import { vacuum } from '#lib/db/vacuum.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { revokeEnded } from '#lib/tokens/revoke-token-sets.ts'
import { type EndingNeeds, endIdleSessions } from './end-session.ts'

const every = 60_000
/**
 * Seconds that an instance has a pass for itself; somewhat less than `every`, so that a single instance finds
 * its last lease lapsed. A longer pass extends it after so many milliseconds.
 */
const leaseSeconds = 50
const extendEvery = 10_000
/** Milliseconds that a look for endings that were not told reaches back at first, and before the last one. */
const reach = 24 * 3_600_000
const overlap = 300_000
/** Milliseconds between two batches, for everybody else who needs the database. */
const pause = 10

type Work = {
  name: string
  batches(): AsyncGenerator<number>
}

type Needs = EndingNeeds & { stopping: AbortSignal }

/**
 * Once a minute ends idle sessions, removes expired rows, revokes ended token sets at their providers, and
 * tells of endings that a process did not come to tell. Of all instances on the database one has a pass of
 * each, but for the revocations. Vacuums the embedded database. Returns the function that stops it.
 */
export function keepSweeping(needs: Needs): () => void {
  const searched = nothingSearched()
  const idle: Work = {
    name: 'end idle sessions',
    batches: () => endIdleSessions(needs),
  }
  const expired: Work = {
    name: 'remove expired rows',
    batches: () => sweep(needs.db, needs.config.auditDays, searched),
  }
  let told = Date.now() - reach
  const untold: Work = {
    name: 'tell of endings',
    async *batches() {
      const began = Date.now()
      for await (const sids of untoldSince(needs.db, told)) {
        if (sids.length > 0) needs.endings.emit('ended', sids)
        yield sids.length
      }
      told = began - overlap
    },
  }
  const dead: Work = {
    name: 'vacuum',
    batches: () => vacuum(needs.db),
  }
  const revokes = onceAtATime(
    () => revokeEnded(null, needs),
    (error) => tell(needs.log, 'revocation.failed', { err: error }),
  )
  const timer = setInterval(() => {
    // An idle session's token set has ended by then.
    pass(idle, needs).then(revokes)
    pass(untold, needs)
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
export async function pass({ name, batches }: Work, { db, log, stopping }: Needs) {
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
    if (rows > 0) tell(log, 'sweep.done', { work: name, rows })
  } catch (error) {
    if (!stopping.aborted) tell(log, 'sweep.failed', { work: name, rows, err: error })
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
