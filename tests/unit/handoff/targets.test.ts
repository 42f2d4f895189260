import { expect, test } from 'vitest'
import { requireMayHandOver, targetsOf } from '#lib/handoff/may-hand-over.ts'
import { configOf } from '../../support/config.ts'

const web = (client_id: string, mayReceive = true) => ({
  client_id,
  client_secret: 'a secret of the application',
  redirect_uris: [`https://${client_id}.example.org/callback`],
  initiate_login_uri: `https://${client_id}.example.org/login`,
  handoff: { mayReceive },
})
const app = (client_id: string, handoff: object) => ({
  client_id,
  token_endpoint_auth_method: 'none',
  redirect_uris: [],
  handoff,
})
const clients = [
  web('shop'),
  web('closed', false),
  web('desk'),
  app('phone', { mayRequest: true, targets: ['desk', 'closed'], chains: true }),
  app('mute', { targets: ['desk'], chains: true }),
]

const sessions = {
  browser: { kind: 'browser', clientId: null },
  handoff: { kind: 'handoff', clientId: null },
  'hand-off of an app': { kind: 'handoff', clientId: 'phone' },
  'hand-off of an app that may not ask': { kind: 'handoff', clientId: 'mute' },
  'hand-off of an unknown app': { kind: 'handoff', clientId: 'gone' },
} as const

test.each([
  ['browser', false, ['shop', 'desk']],
  ['handoff', false, []],
  ['handoff', true, ['shop', 'desk']],
  ['hand-off of an app', false, ['desk']],
  ['hand-off of an app that may not ask', false, []],
  ['hand-off of an unknown app', true, []],
] as const)('the session of a %s (chains: %s) may hand over to %j', async (kind, chains, expected) => {
  const config = await configOf({ file: { clients, handoff: { chains } } })
  const session = sessions[kind]
  const found = targetsOf(session, config).map(({ client_id }) => client_id)
  expect(found).toEqual(expected)
  // As `POST /api/nonce` has it.
  for (const target of found) expect(() => requireMayHandOver(session.clientId, target, config)).not.toThrow()
})
