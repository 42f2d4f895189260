import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startApache } from './support/apache.ts'
import { startApplication } from './support/application.ts'
import { goodClaims } from './support/bad-tokens.ts'
import { type Issuer, startIssuer } from './support/issuer.ts'
import type { Running } from './support/process.ts'
import { recipeContract } from './support/recipe-contract.ts'
import { requireDebian } from './support/require-debian.ts'

requireDebian(['apache2', 'libapache2-mod-oauth2'])

recipeContract({
  section: 'Apache mod_oauth2',
  async start(around) {
    const application = await startApplication()
    const apache = await startApache(around, application.url)
    return {
      ...apache,
      async stop() {
        await Promise.all([apache.stop(), application.close()])
      },
    }
  },
  takes: { 'that is not yet good': 'checks neither `nbf`' },
  followsRedirects: 'It follows redirects, with the token in the body',
  unavailable: 401,
  challenge: /^Bearer error="invalid_request"/,
})

describe('the application behind Apache', () => {
  let baton: Issuer
  let provider: Issuer
  let application: Awaited<ReturnType<typeof startApplication>>
  let apache: Running

  beforeAll(async () => {
    ;[baton, provider] = await Promise.all([startIssuer(), startIssuer()])
    application = await startApplication()
    apache = await startApache({ batonUrl: baton.url, provider: provider.issuer }, application.url)
  })
  afterAll(() => Promise.all([apache?.stop(), application?.close(), baton?.close(), provider?.close()]))

  const call = (token: string, more: Record<string, string> = {}, path = '/orders') =>
    fetch(`${apache.url}${path}`, { headers: { authorization: `Bearer ${token}`, ...more } })

  test('is not told by a caller who is calling', async () => {
    const pretended = {
      OAUTH2_CLAIM_sub: 'person-2',
      'OAUTH2-CLAIM-sub': 'person-2',
      oauth2_claim_role: 'admin',
    }
    const response = await call(await baton.sign(goodClaims(baton.issuer)), pretended)
    expect(await response.json()).toMatchObject({ sub: 'person-1' })
    expect(JSON.stringify(application.seen())).not.toMatch(/person-2|admin/)
  })

  test('does not see the token', async () => {
    const token = await baton.sign(goodClaims(baton.issuer))
    expect((await call(token)).status).toBe(200)
    expect(application.seen().oauth2_claim_sub).toBe('person-1')
    expect(JSON.stringify(application.seen())).not.toContain(token)
  })

  test('is not reached with what another place has verified by other keys', async () => {
    const token = await provider.sign(goodClaims(baton.issuer))
    expect((await call(token, {}, '/other')).status).toBe(200)
    expect((await call(token)).status).toBe(401)
  })

  test('is not reached for long with a JWT that expires while it is in use', async () => {
    const claims = goodClaims(baton.issuer)
    const token = await baton.sign({ ...claims, exp: claims.iat + 2 })
    expect((await call(token)).status).toBe(200)
    const refused = async () => expect((await call(token)).status).toBe(401)
    await vi.waitFor(refused, { timeout: 30_000, interval: 250 })
  })

  test('is not reached with an address in place of a token that the module keeps an answer for', async () => {
    expect((await call(await baton.sign(goodClaims(baton.issuer)))).status).toBe(200)
    expect((await call(`${baton.issuer}/jwks`)).status).toBe(401)
    expect((await call(`${baton.issuer}/introspect`)).status).toBe(401)
  })
})
