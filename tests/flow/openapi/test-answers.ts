import { fullConfig } from '../../support/full-config.ts'
import { asker } from '../../support/openapi/asker.ts'
import { OpenApiRecord } from '../../support/openapi/record.ts'
import { listen } from '../../support/partners.ts'
import { pictures } from '../../support/pictures.ts'
import { registration } from '../../support/relying-party.ts'
import { startTokenService } from '../../support/servers/token-service.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { appOf } from '../../support/test-apps.ts'
import { test as base } from '../../support/test-operators.ts'
import { formClients } from './client-methods.ts'
import type { Given, Play } from './play.ts'
import { strictSetup } from './strict-setup.ts'

const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'

/** Tests of what Batons answer, all of which one record compares with the description. */
export const test = base
  .extend('service', perFile, async ({ closing }) => {
    const service = await closing(startTokenService())
    service.will((_, res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}'))
    return service
  })
  /** The server of a web application's logo. */
  .extend('logo', perFile, ({ closing }) => closing(listen((_, res) => res.end(pictures.png))))
  .extend('setup', perFile, ({ operator, service, logo }) => ({
    files: { 'logo.svg': svg },
    config: (partners) => {
      const absent = { ...partners.backendOfBoth, url: 'http://127.0.0.1:1' }
      const config = fullConfig(partners) as { clients: object[] }
      return fullConfig(partners, {
        clients: [
          ...config.clients,
          ...formClients,
          registration('with-logo', { logo_uri: logo.url }),
          registration('without-logo', { logo_uri: `${partners.issuer}/nothing` }),
        ],
        branding: { logo: 'logo.svg', icon: 'logo.svg', accentColor: '#00695c' },
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
  .extend('more', perFile, ({ jwt, phoneTokens }) => ({
    operatorJwt: () => jwt(),
    refusedIdToken: async () => (await phoneTokens()).idToken,
  }))
  .extend('given', perFile, ({ stage, record, more }) => given(stage, record, more))
  /** A Baton of two workers with limits of one, all of whose partners fail. */
  .extend('strict', perFile, async ({ closing, record, more }) =>
    given(await closing(startStage(await strictSetup(closing))), record, more),
  )
  .extend('play', perFile, ({ given, record }) => async (play: Play): Promise<string[]> => {
    await play(given)
    return record.takeFaults()
  })

function given(
  stage: Stage,
  record: OpenApiRecord,
  more: Pick<Given, 'operatorJwt' | 'refusedIdToken'>,
): Given {
  return { ...asker(stage, record), stage, webNonce: appOf(stage).webNonce, ...more }
}
