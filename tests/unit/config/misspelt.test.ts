import { expect, test } from 'vitest'
import { misspeltVariables } from '#lib/config/misspelt.ts'

test('a variable with a slip is named with the one that was meant, and others are left alone', () => {
  const variables = {
    AUTH_SECRTE: 'x',
    BATON_DATADIR: 'x',
    BATON_WHATEVER: 'x',
    DATABSE_URL: 'x',
    AUTH_SECRET: 'x',
    http_proxy: 'x',
    BATON_COMMIT: 'x',
    HOME: 'x',
    HOSTNAME: 'x',
    PATH: 'x',
    npm_config_user_agent: 'x',
  }
  expect(misspeltVariables(variables as unknown as NodeJS.ProcessEnv)).toEqual([
    { name: 'AUTH_SECRTE', meant: 'AUTH_SECRET' },
    { name: 'BATON_DATADIR', meant: 'BATON_DATA_DIR' },
    { name: 'BATON_WHATEVER', meant: undefined },
    { name: 'DATABSE_URL', meant: 'DATABASE_URL' },
  ])
})
