/** SQL with `$1` for its first value; on PostgreSQL it is prepared once on each connection, under its name. */
export type Statement = { name: string; text: string }

/** Runs a statement and gives its rows. */
export type Run = <Row>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>

type Transaction = { $queryRawUnsafe<Rows>(text: string, ...values: unknown[]): Promise<Rows> }

/** Runs such statements within a transaction of Prisma's. */
export function within(transaction: Transaction): Run {
  return ({ text }, values) => transaction.$queryRawUnsafe(text, ...values)
}
