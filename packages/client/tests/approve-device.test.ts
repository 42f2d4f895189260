import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { json, refuse } from './support/small-baton.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.baton.asUsual())
afterAll(() => stage.close())

const address = 'POST /api/device'
const asked = { kind: 'browser', address: null, same_network: false, asked_at: '2026-11-28T08:00:00.000Z' }

/** The forms that Baton got, with the credentials. */
const sent = () =>
  stage.baton
    .callsOf(address)
    .map(({ form, headers }) => ({ ...Object.fromEntries(form), by: headers.authorization }))

test('what asks is told by names of JavaScript, and what is unknown is left out', async () => {
  const { client, webNonce } = await stage.signedIn()
  stage.baton.answerInstead(address, (res) =>
    json(res, 200, { ...asked, browser: 'Firefox', system: 'Linux', numbers: ['17', '42', '88'] }),
  )
  expect(await client.deviceRequest('BCDF-GHJK')).toEqual({
    kind: 'browser',
    browser: 'Firefox',
    system: 'Linux',
    sameNetwork: false,
    askedAt: new Date('2026-11-28T08:00:00Z'),
    numbers: ['17', '42', '88'],
  })
  expect(sent().at(-1)).toEqual({ user_code: 'BCDF-GHJK', by: `Bearer ${webNonce}` })
})

test('a device has a client and no numbers', async () => {
  const { client } = await stage.signedIn()
  const device = {
    ...asked,
    kind: 'device',
    client_id: 'tv',
    client_name: 'A television',
    same_network: true,
  }
  stage.baton.answerInstead(address, (res) => json(res, 200, device))
  const request = await client.deviceRequest('BCDF-GHJK')
  expect(request).toMatchObject({
    kind: 'device',
    clientId: 'tv',
    clientName: 'A television',
    sameNetwork: true,
  })
  expect(request).not.toHaveProperty('numbers')
})

test.for([
  [
    { approve: true, number: '42' },
    { approve: 'yes', number: '42' },
  ],
  [{ approve: true }, { approve: 'yes' }],
  [{ approve: false }, { approve: 'no' }],
] as const)('the answer %j is the form %j', async ([answer, form]) => {
  const { client, webNonce } = await stage.signedIn()
  stage.baton.answerInstead(address, (res) => res.writeHead(204).end())
  expect(await client.approveDevice('BCDF-GHJK', answer)).toBeUndefined()
  expect(sent().at(-1)).toEqual({ user_code: 'BCDF-GHJK', ...form, by: `Bearer ${webNonce}` })
})

test.for([
  [400, 'invalid_grant'],
  [403, 'access_denied'],
  [404, 'not_found'],
  [429, 'slow_down'],
] as const)('%i %s is a refusal', async ([status, error]) => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead(address, (res) => refuse(res, [status, error]))
  for (const call of [client.deviceRequest('X'), client.approveDevice('X', { approve: true })])
    expect(await errorOf(call)).toMatchObject({ code: 'refused', error, status })
})

test('a call without an answer, and an answer that is none, are errors', async () => {
  const { client } = await stage.signedIn()
  const missing = client.approveDevice('X', {} as { approve: boolean })
  expect(await errorOf(missing)).toMatchObject({ code: 'invalid_argument' })
  for (const body of [{}, { ...asked, kind: 'thing' }, { ...asked, asked_at: 'soon' }]) {
    stage.baton.answerInstead(address, (res) => json(res, 200, body))
    expect(await errorOf(client.deviceRequest('X'))).toMatchObject({ code: 'unsupported_response' })
  }
})
