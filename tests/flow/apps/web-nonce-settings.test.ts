import { expect } from 'vitest'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { fullConfig } from '../../support/full-config.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'

const test = base.extend('setup', perFile, {
  config: (partners) => fullConfig(partners, { webNonces: { idleTime: 600, lifetime: 300 } }),
} satisfies Setup)

test('without a configured token service its endpoint does not exist', async ({ app }) => {
  const authorization = `Bearer ${await app.webNonce()}`
  await expectRefusal(await app.post('/api/token', {}, { authorization }), 404, 'not_found')
})

test('a web nonce lives no longer than its absolute lifetime, whatever the idle time', async ({
  app,
  issuer,
  baton,
}) => {
  const answer = await app.exchange({
    subject_token: await issuer.idToken(baton.url),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  })
  expect(await answer.json()).toMatchObject({ expires_in: 300 })
})
