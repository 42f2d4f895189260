import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database, Queries } from '#lib/db/database.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'

const transaction = new AsyncLocalStorage<Queries>()

/**
 * Runs `work` in one transaction that the library's storage takes part in: all of it is committed, or none.
 * No other query and no network call belongs in `work`: the embedded database has one connection.
 */
export function inOneTransaction<Value>(db: Database, work: (tx: Queries) => Promise<Value>): Promise<Value> {
  return inTransaction(db, (tx) => transaction.run(tx, () => work(tx)))
}

/** Where the library's storage reads and writes: the transaction of the caller, or the database itself. */
export function queriesOf(db: Database): Queries {
  return transaction.getStore() ?? db
}
