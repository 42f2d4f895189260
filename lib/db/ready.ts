import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from './open.ts'

/** Milliseconds that a probe waits for the database. */
const patience = 2000

/** Whether the database answers a query within two seconds. */
export async function isAnswering(db: Database): Promise<boolean> {
  const answer = db.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  )
  return Promise.race([answer, sleep(patience, false, { ref: false })])
}
