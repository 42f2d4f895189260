import type { Database, Queries } from './database.ts'
import { noteTransaction } from './prepared.ts'

/**
 * Milliseconds to wait for a connection, and for the transaction: the losers of a race wait for the winner.
 */
const patience = { maxWait: 10_000, timeout: 10_000 }

/**
 * Runs `work` in one transaction, at the database's default isolation level (read committed), and commits
 * when it resolves. Rolls back and rethrows when it rejects; throws Prisma's `P2028` when it takes more than
 * 10 seconds.
 */
export function inTransaction<Result>(
  db: Pick<Database, '$transaction'>,
  work: (tx: Queries) => Promise<Result>,
): Promise<Result> {
  return db.$transaction((tx) => work(noteTransaction(tx)), patience)
}
