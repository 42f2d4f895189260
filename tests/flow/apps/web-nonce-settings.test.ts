import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppStage, startAppStage } from '../../support/app-stage.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'

let stage: AppStage

beforeAll(async () => {
  stage = await startAppStage({ webNonces: { idleTime: 600, lifetime: 300 } })
})
afterAll(() => stage?.close())

test('where no token service is configured there is none', async () => {
  const authorization = `Bearer ${await stage.webNonce()}`
  await expectRefusal(await stage.post('/api/token', {}, { authorization }), 404, 'not_found')
})

test('a web nonce is good for no longer than its absolute life, whatever the idle time', async () => {
  const answer = await stage.exchange({
    subject_token: await stage.issuer.idToken(stage.baton.url),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  })
  expect(await answer.json()).toMatchObject({ expires_in: 300 })
})
