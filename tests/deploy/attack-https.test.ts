import { expect } from 'vitest'
import { checks } from '../../packages/attack/src/checks/all.ts'
import { type Options, readOptions } from '../../packages/attack/src/options.ts'
import { runChecks } from '../../packages/attack/src/run-checks.ts'
import { faults } from '../support/attack/faults/all.ts'
import { startFront } from '../support/attack/front.ts'
import { demoConfig } from '../support/attack/stage.ts'
import { selfSignedCertificate } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'
import { startTlsFront } from '../support/servers/tls-front.ts'
import type { Setup, StagePartners } from '../support/stage.ts'
import { test as base, perFile } from '../support/test.ts'

const certificate = selfSignedCertificate(['localhost'])

/** The app of the issuer whose ID tokens the test makes. */
const app = {
  client_id: 'app',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'],
  redirect_uris: [],
  response_types: [],
  handoff: { mayRequest: true, targets: ['demo-web'] },
}

const test = base
  .extend('front', perFile, async ({ closing }) => closing(startFront({ port: await freePort() })))
  .extend('tls', perFile, ({ front, closing }) =>
    closing(startTlsFront(`http://127.0.0.1:${front.port}`, certificate)),
  )
  .extend('setup', perFile, async ({ tls }): Promise<Setup> => {
    const configOf = await demoConfig()
    return {
      config: (partners: StagePartners) => {
        const config = configOf(partners)
        return { ...config, clients: [...config.clients, app] }
      },
      publicPort: tls.port,
      isBehindProxy: true,
      env: { BATON_URL: tls.url },
    }
  })
  /** Runs checks at the https address with an ID token of the app as the only account. */
  .extend('attack', perFile, ({ tls, front, baton, issuer }) => async (only: readonly string[] = []) => {
    front.leadTo(baton.address)
    const idToken = await issuer.idToken(tls.url)
    const options: Options = { ...readOptions([tls.url], {}), ca: certificate.cert, idToken }
    return runChecks(
      checks.filter(({ name }) => only.length === 0 || only.includes(name)),
      options,
    )
  })

test('over https, with the ID token of an app as the only account, no check fails', async ({ attack }) => {
  const results = await attack()
  expect(results.filter(({ result }) => result === 'fail')).toEqual([])
  const skipped = results.filter(({ result }) => result === 'skipped')
  for (const { check, why } of skipped) expect(why, check).toMatch(/--\w|securityContact/)
  expect(results.length - skipped.length).toBeGreaterThan(70)
  expect(results).toContainEqual(expect.objectContaining({ check: 'cookie-secure', result: 'pass' }))
})

test('the check cookie-secure fails where that alone is broken', async ({ attack, front }) => {
  front.break(faults['cookie-secure'])
  const results = await attack(['cookie-secure'])
  front.break()
  expect(results).toMatchObject([{ result: 'fail', why: 'the session cookie is not Secure' }])
})
