import { expect } from 'vitest'
import { fullConfig } from '../../support/full-config.ts'
import { spendRefreshToken } from '../../support/spend-refresh-token.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base, signInAt } from '../../support/test-oidc.ts'

const test = base.extend('setup', perFile, {
  config: (partners) => fullConfig(partners, { sessions: { idleTime: 600 } }),
} satisfies Setup)

const greeting = '/api/backends/demo/api/authenticated/greeting'

test('a session that was idle for too long ends within a minute, here, at applications and upstream', {
  timeout: 120_000,
}, async ({ signedIn, newcomer, partners, heard, logouts, sql }) => {
  const given: string[] = []
  partners.identityProvider.events.on('token', ({ kind, value, clientId }) => {
    if (clientId === 'baton' && kind === 'refresh_token') given.push(value)
  })
  const person = await signedIn()
  await signInAt(heard, person)
  const sid = (await person.session())?.sid
  const child = newcomer()
  await child.redeem((await person.askForNonce()).nonce)
  expect((await child.ownPage(greeting)).status).toBe(200)
  await sql('UPDATE sessions SET idle_until = now() WHERE id = $1', [sid])

  const patience = { timeout: 100_000, interval: 500 }
  await expect.poll(async () => (await child.ownPage(greeting)).status, patience).toBe(401)
  expect((await person.ownPage(greeting)).status).toBe(401)
  await expect.poll(() => logouts.length).toBe(1)
  const gone = () => sql('SELECT id FROM token_sets')
  await expect.poll(gone).toEqual([])
  expect(await spendRefreshToken(partners.issuer, given.at(-1) ?? '')).toMatchObject({
    error: 'invalid_grant',
  })
})
