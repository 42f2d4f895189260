import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { answerCode, askAsBrowser, numberOn, stateOf } from '../../support/another-device.ts'
import { fullConfig } from '../../support/full-config.ts'
import type { Setup, StagePartners } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base, elsewhere, expectError, here } from '../../support/test-devices.ts'

const test = base.extend('setup', perFile, {
  config: (partners: StagePartners) =>
    fullConfig(partners, {
      trustedProxies: ['127.0.0.0/8'],
      handoff: { chains: true, proximity: 'same-network', networks: ['203.0.113.0/24', '127.0.0.0/8'] },
    }),
} satisfies Setup)

test('where hand-offs may chain, a hand-off session approves too', async ({ approver, newcomer, tv }) => {
  const child = newcomer(here)
  const { nonce } = await approver.askForNonce()
  await child.redeem(nonce)
  const { user_code, device_code } = await tv.ask()
  expect((await answerCode(child, { user_code, approve: 'yes' })).status).toBe(200)
  expect((await tv.poll(device_code)).status).toBe(200)
})

test('with proximity a device and a browser in another network are denied', async ({
  approver,
  newcomer,
  baton,
  tv,
}) => {
  const far = newcomer(elsewhere)
  const code = await askAsBrowser(far)
  const body = new URLSearchParams({ user_code: code })
  await approver.ownPage('/api/device', { method: 'POST', body })
  const answer = { user_code: code, approve: 'yes', number: await numberOn(far) }
  expect((await answerCode(approver, answer)).status).toBe(403)
  expect(await stateOf(far)).toBe('denied')

  const asked = await fetch(`${baton.url}/oidc/device_authorization`, {
    method: 'POST',
    headers: elsewhere,
    body: new URLSearchParams({ client_id: 'tv', scope: 'openid' }),
  })
  const { user_code, device_code } = (await asked.json()) as { user_code: string; device_code: string }
  expect((await answerCode(approver, { user_code, approve: 'yes' })).status).toBe(403)
  await expectError(await tv.poll(device_code), 400, 'access_denied')
})

test('from a network where no hand-off may be asked for, nobody approves', async ({ signedIn, waiting }) => {
  const far = await signedIn('demo', elsewhere)
  const body = new URLSearchParams({ user_code: await askAsBrowser(waiting) })
  expect((await far.ownPage('/api/device', { method: 'POST', body })).status).toBe(403)
  expect(await stateOf(waiting)).toBe('waiting')
})

test('an approval in the last moment is told all the same', async ({ approver, tv, sql }) => {
  const [answered, silent] = [await tv.ask(), await tv.ask()]
  await sql(`UPDATE device_requests SET expires_at = now() + interval '1 s' WHERE answer IS NULL`)
  expect((await answerCode(approver, { user_code: answered.user_code, approve: 'yes' })).status).toBe(200)
  await sleep(1_100)
  expect((await tv.poll(answered.device_code)).status).toBe(200)
  expect((await approver.request(`/device?user_code=${silent.user_code}`)).status).toBe(404)
})
