import { fullConfig } from './full-config.ts'
import { startOwnPostgres } from './servers/own-postgres.ts'
import type { Setup } from './stage.ts'
import { test as base, perFile } from './test.ts'

/** Tests with a PostgreSQL server of their own, which they may spoil. */
export const test = base
  .extend('postgres', perFile, ({ closing }) => closing(startOwnPostgres()))
  .extend(
    'setup',
    perFile,
    ({ postgres: { url } }): Setup => ({
      database: { url },
      config: (partners) => fullConfig(partners, { handoff: { nonceTtl: 120 } }),
    }),
  )
