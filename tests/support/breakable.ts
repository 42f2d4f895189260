import type { Database } from '#lib/db/database.ts'

/** The same database, whose raw statements fail with `error` where they contain `only`. */
export function breakable(db: Database) {
  const state: { error?: unknown; only: string } = { only: '' }
  const broken = new Proxy(db, {
    get(target, key) {
      const value = Reflect.get(target, key)
      if (key !== '$queryRaw' && key !== '$executeRaw') return value
      return (sql: TemplateStringsArray, ...values: unknown[]) =>
        state.error && sql.join('?').includes(state.only)
          ? Promise.reject(state.error)
          : value.call(target, sql, ...values)
    },
  })
  return { db: broken, state }
}
