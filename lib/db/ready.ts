import type { Database } from './open.ts'

/** Milliseconds. */
const patience = 2000

/** Whether the database answers a query within two seconds. */
export async function isAnswering(db: Database): Promise<boolean> {
  const timeout = new Promise<false>((resolve) => setTimeout(resolve, patience, false).unref())
  const answer = db.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  )
  return Promise.race([answer, timeout])
}
