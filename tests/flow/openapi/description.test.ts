import { expect } from 'vitest'
import { nothing } from '../../../scripts/openapi/catalogue.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { cuttable } from '../../support/cuttable.ts'
import { asker } from '../../support/openapi/asker.ts'
import type { OpenApiRecord } from '../../support/openapi/record.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { apps, preflights } from './apps.ts'
import { authorization } from './authorization.ts'
import { broken } from './broken.ts'
import { clients } from './clients.ts'
import { devices } from './devices.ts'
import { handOffs } from './hand-offs.ts'
import { limits } from './limits.ts'
import { refusals } from './refusals.ts'
import { sessions } from './sessions.ts'
import { pages, signIn } from './sign-in.ts'
import { test } from './test-answers.ts'
import { askWithoutDatabase } from './without-database.ts'

/** A Baton that has just been installed. */
async function askNew(stage: Stage, record: OpenApiRecord): Promise<string[]> {
  const { ask, post } = asker(stage, record)
  await ask('/sign-in')
  await ask('/.well-known/security.txt')
  for (const path of ['/brand/icon', '/brand/applications/nobody']) await ask(path)
  await post('/api/token', {})
  return record.takeFaults()
}

/** A Baton whose people go straight to their provider, twice a minute from one address. */
async function askStraight(stage: Stage, record: OpenApiRecord): Promise<string[]> {
  const { ask } = asker(stage, record)
  for (const accept of ['*/*', 'text/html'])
    for (const path of ['/', '/sign-in', '/sign-in'])
      await ask(path, { headers: { 'x-forwarded-for': '192.0.2.1', accept } })
  return record.takeFaults()
}

const plays = {
  handOffs,
  devices,
  apps,
  preflights,
  clients,
  authorization,
  sessions,
  signIn,
  pages,
  refusals,
}

test.for(Object.entries(plays))('%s are answered as docs/openapi.yaml says', async ([, each], { play }) => {
  expect(await play(each)).toEqual([])
})

test.concurrent('so is a Baton that nobody has configured', async ({ closing, record }) => {
  const stage = await closing(startStage({ config: () => ({}) }))
  expect(await askNew(stage, record)).toEqual([])
})

test.concurrent('so is one without a sign-in page', async ({ closing, record }) => {
  const limits = { signIns: { max: 2, seconds: 60 } }
  const sections = { autoSignIn: true, trustedProxies: ['127.0.0.0/8'], limits }
  const stage = await closing(startStage({ config: (partners) => partners.config(sections) }))
  expect(await askStraight(stage, record)).toEqual([])
})

test.concurrent('so is a Baton beyond its limits, whose partners fail', async ({ strict, record }) => {
  await Promise.all([broken(strict), limits(strict)])
  expect(record.takeFaults()).toEqual([])
})

test.concurrent('so is a Baton that has lost its database', async ({
  stage,
  given,
  record,
  startAnother,
  expect,
}) => {
  const database = await cuttable(stage.databaseUrl)
  const another = await startAnother({ env: { DATABASE_URL: database.url }, hasOwnClock: true })
  await askWithoutDatabase(given, asker({ baton: another }, record), async () => {
    await database.cut()
    await expect.poll(async () => (await fetch(`${another.address}/api/ready`)).status).toBe(503)
    // For half a minute it goes by what it knows.
    await another.setClock(40)
  })
  expect(record.takeFaults()).toEqual([])
})

test.for(nothing)('there is nothing at $row for $methods', async ({ row, methods, why }, { baton, host }) => {
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' }
  for (const method of methods) {
    const path = row.replace('*', 'nothing')
    const { status, text } = await httpCall(baton.address, path, { method, headers })
    const [, named, code] = /^(\d{3})(?: `(\w+)`)?/.exec(why) ?? []
    expect(String(status)).toBe(named)
    if (code && method !== 'HEAD') expect(JSON.parse(text).error).toBe(code)
  }
})

test('every operation was asked for, and answered in each way', async ({ record }) => {
  expect(record.unseen()).toEqual([])
})

test('every parameter and every field was taken once', async ({ record }) => {
  expect(record.unsent()).toEqual([])
})
