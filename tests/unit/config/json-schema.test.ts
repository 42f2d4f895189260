import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { configJsonSchema } from '../../../scripts/config-json-schema.ts'
import { configOf, faultsOf } from '../../support/config.ts'

const demo = await readFile('demo/baton.config.json', 'utf8')
const env = {
  DEMO_IDP_URL: 'http://127.0.0.1:4000',
  DEMO_BACKEND_URL: 'http://127.0.0.1:4001',
  DEMO_WEB_URL: 'http://127.0.0.1:4002',
}

test('baton.schema.json is what start-up checks: `npm run config:schema` writes it', async () => {
  expect(JSON.parse(await readFile('baton.schema.json', 'utf8'))).toEqual(configJsonSchema())
})

test("the demo's configuration is valid, and a good first example", async () => {
  const config = await configOf({ file: demo, env })
  expect(config.providers.map(({ id }) => id)).toEqual(['demo'])
  expect(config.backends.map(({ name }) => name)).toEqual(['demo'])
  expect(config.trustedIssuers[0]).toMatchObject({ issuer: env.DEMO_IDP_URL, clients: ['demo-phone'] })
})

test("the demo's configuration says what it misses", async () => {
  expect((await faultsOf({ file: demo })).join('\n')).toContain('the environment has no DEMO_IDP_URL')
})
