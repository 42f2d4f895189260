import { expect, test } from 'vitest'
import { exampleConfig, exampleId } from '#app/example-config.ts'
import { isFirstRun } from '#lib/config/is-first-run.ts'
import { configOf } from '../../support/config.ts'

const trustedIssuers = [{ issuer: 'https://login.example.org', clients: ['app'] }]

test('Baton starts with an empty file, and knows that nobody can sign in', async () => {
  expect(isFirstRun(await configOf())).toBe(true)
  expect(isFirstRun(await configOf({ file: { trustedIssuers } }))).toBe(false)
})

test('Baton starts with the configuration that its first page shows', async () => {
  const env = { LOGIN_CLIENT_SECRET: 'a secret of the provider' }
  const config = await configOf({ file: JSON.stringify(exampleConfig), env })
  expect(isFirstRun(config)).toBe(false)
  expect(config.providers.map(({ id }) => id)).toEqual([exampleId])
})
