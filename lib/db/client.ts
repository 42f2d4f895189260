import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { Database } from './database.ts'
import { PrismaClient } from './generated/client.ts'
import { DatabaseHealth } from './health.ts'
import type { Run, Together } from './prepared.ts'
import { inStatement, operationsOf, summaryOfQuery } from './statement-span.ts'

/**
 * Makes the database of an adapter; `run` and `together` run statements on the driver. Its health hears of
 * every failure.
 */
export function clientOf(
  adapter: SqlDriverAdapterFactory,
  { run, together }: { run: Run; together: Together },
): { db: Database; health: DatabaseHealth; disconnect(): Promise<void> } {
  const client = new PrismaClient({ adapter })
  const health = new DatabaseHealth((statement) => run(statement, []))
  const db = client.$extends({
    client: {
      $prepared: (...[statement, values]: Parameters<Run>) =>
        health.watch(
          inStatement(
            () => statement.name || operationsOf(statement.text),
            () => run(statement, values),
          ),
        ),
      $together: (...[steps]: Parameters<Together>) =>
        health.watch(
          inStatement(
            () => steps.map(([{ name }]) => name).join(', '),
            () => together(steps),
          ),
        ),
    },
    query: {
      $allOperations: ({ model, operation, args, query }) =>
        health.watch(
          inStatement(
            () => summaryOfQuery(model, operation, args),
            () => query(args),
          ),
        ),
    },
  })
  return { db: db as unknown as Database, health, disconnect: () => client.$disconnect() }
}
