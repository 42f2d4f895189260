import { randomUUID } from 'node:crypto'
import type { Queries } from './database.ts'

/** Work that one instance does for all of them, and the instance that does it. */
type WorkLease = { name: string; holder: string }

/**
 * Takes the lease of some work for `seconds`: of any number of instances exactly one gets it. It is not
 * given back, so the work begins at most once in that time; it lapses, so a killed holder hinders nobody for
 * longer. `undefined` while the lease is held. It is a row, because a pooler in transaction mode would leave
 * an advisory lock on its connection.
 */
export async function takeWorkLease(
  db: Queries,
  name: string,
  seconds: number,
): Promise<WorkLease | undefined> {
  const holder = randomUUID()
  const taken = await db.$executeRaw`
    INSERT INTO leases (name, holder, until)
    VALUES (${name}, ${holder}::uuid, now() + make_interval(secs => ${seconds}))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE leases.until <= now()`
  return taken === 1 ? { name, holder } : undefined
}

/** Extends a lease to `seconds` from now; `false` when another instance has taken it. */
export async function extendWorkLease(
  db: Queries,
  { name, holder }: WorkLease,
  seconds: number,
): Promise<boolean> {
  const extended = await db.$executeRaw`
    UPDATE leases SET until = now() + make_interval(secs => ${seconds})
    WHERE name = ${name} AND holder = ${holder}::uuid`
  return extended === 1
}
