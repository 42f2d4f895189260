import { expect } from 'vitest'
import { nothing } from '../../../scripts/openapi/catalogue.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { fullConfig } from '../../support/full-config.ts'
import { asker } from '../../support/openapi/asker.ts'
import { OpenApiRecord } from '../../support/openapi/record.ts'
import { startTokenService } from '../../support/servers/token-service.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-operators.ts'
import { apps, preflights } from './apps.ts'
import { authorization } from './authorization.ts'
import { clients } from './clients.ts'
import { devices } from './devices.ts'
import { handOffs } from './hand-offs.ts'
import type { Play } from './play.ts'
import { refusals } from './refusals.ts'
import { sessions } from './sessions.ts'
import { pages, signIn } from './sign-in.ts'

const test = base
  .extend('service', perFile, async ({ closing }) => {
    const service = await closing(startTokenService())
    service.will((_, res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}'))
    return service
  })
  .extend('setup', perFile, ({ operator, service }) => ({
    config: (partners) => {
      const absent = { ...partners.backendOfBoth, url: 'http://127.0.0.1:1' }
      return fullConfig(partners, {
        backends: [
          partners.backendOfBoth,
          { ...absent, name: 'absent' },
          { ...absent, name: 'reading', methods: ['GET'] },
          { ...absent, name: 'writing', methods: ['POST'] },
          { ...absent, name: 'small', maxBodyBytes: 10 },
        ],
        trustedIssuers: [
          partners.trustedIssuer.trust,
          { issuer: partners.issuer, clients: ['demo-phone'], allow: { emails: ['nobody@example.org'] } },
        ],
        operators: [
          { issuer: operator.url, jwksUri: `${operator.url}/jwks`, issuers: [partners.trustedIssuer.url] },
        ],
        tokenService: { url: service.url, clientId: 'baton', clientSecret: 'a secret' },
        securityContact: ['mailto:security@example.org'],
      })
    },
  }))
  .extend('record', perFile, () => new OpenApiRecord())
  .extend('given', perFile, ({ stage, record, app, jwt, phoneTokens }) => ({
    ...asker(stage, record),
    stage,
    webNonce: app.webNonce,
    operatorJwt: () => jwt(),
    refusedIdToken: async () => (await phoneTokens()).idToken,
  }))
  .extend('play', perFile, ({ given, record }) => async (play: Play): Promise<string[]> => {
    await play(given)
    return record.takeFaults()
  })

/** A Baton that has just been installed. */
async function askNew(stage: Stage, record: OpenApiRecord): Promise<string[]> {
  const { ask, post } = asker(stage, record)
  await ask('/sign-in')
  await ask('/.well-known/security.txt')
  await post('/api/token', {})
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

test('so is a Baton that nobody has configured', async ({ closing, record }) => {
  const stage = await closing(startStage({ config: () => ({}) }))
  expect(await askNew(stage, record)).toEqual([])
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

test('every operation was asked for, and answered in each way that needs no failure', async ({ record }) => {
  expect(record.unseen()).toEqual([])
})
