/** SQL with `$1` for its first value. PostgreSQL prepares it once per connection, under its name. */
export type Statement = { name: string; text: string }

/** Runs a statement and returns its rows. */
export type Run = <Row>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>

/**
 * Runs statements in one transaction, one after the other and each with a look of its own at the database,
 * and returns the rows of the last: all or none. They go to the server in one flight where the driver can.
 */
export type Together = <Row>(
  steps: readonly (readonly [statement: Statement, values: readonly unknown[]])[],
) => Promise<Row[]>

type Transaction = { $queryRawUnsafe<Rows>(text: string, ...values: unknown[]): Promise<Rows> }

/** Runs statements within a transaction of Prisma, which does not prepare them. */
export function within(transaction: Transaction): Run {
  return ({ text }, values) => transaction.$queryRawUnsafe(text, ...values)
}

const transactions = new WeakSet<Transaction>()

/** Notes that this is a transaction: it has all that the database has, which would run outside of it. */
export function noteTransaction<Tx extends Transaction>(tx: Tx): Tx {
  transactions.add(tx)
  return tx
}

/** Runs statements on the database, or within a transaction of `inTransaction`. */
export function runOn(queries: Transaction | { $prepared: Run }): Run {
  if ('$queryRawUnsafe' in queries && transactions.has(queries)) return within(queries)
  if ('$prepared' in queries) return queries.$prepared
  throw new Error('this is neither the database nor a transaction of inTransaction')
}
