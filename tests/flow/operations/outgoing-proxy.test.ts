import { expect } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import { fullConfig } from '../../support/full-config.ts'
import { startTokenService } from '../../support/servers/token-service.ts'
import { startTunnelProxy, tunnelTo } from '../../support/servers/tunnel-proxy.ts'
import { perFile } from '../../support/test.ts'
import { idTokenType, tokenExchange } from '../../support/test-apps.ts'
import { test as base, signInAt } from '../../support/test-oidc.ts'

const test = base
  .extend('service', perFile, ({ closing }) => closing(startTokenService()))
  .extend('outgoing', perFile, ({ closing }) => closing(startTunnelProxy()))
  .extend('setup', perFile, ({ service: { url }, outgoing }) => {
    const tokenService = { url, clientId: 'baton', clientSecret: 'secret' }
    return {
      config: (partners: Parameters<typeof fullConfig>[0]) => fullConfig(partners, { tokenService }),
      env: { NODE_USE_ENV_PROXY: '1', http_proxy: outgoing.url },
    }
  })
  /** The tunnels that the proxy was asked for in this test. */
  .extend('tunnels', ({ outgoing: { seen } }) => {
    seen.length = 0
    return seen
  })
  /** Posts an ID token of the app to another Baton, which fetches the issuer's keys for it. */
  .extend('ask', ({ issuer, baton, host }) => async (address: string) => {
    const body = new URLSearchParams({ token: await issuer.idToken(baton.url) }).toString()
    const headers = { host, 'content-type': 'application/x-www-form-urlencoded' }
    return (await httpCall(address, '/api/nonce', { method: 'POST', headers, body })).status
  })

test('a sign-in at a provider goes through the proxy', async ({ signedIn, partners, tunnels }) => {
  const person = await signedIn()
  expect(await person.session()).not.toBeNull()
  expect(tunnels).toContain(tunnelTo(partners.issuer))
})

test('logout tokens for applications go through the proxy', async ({
  signedIn,
  heard,
  logouts,
  partners,
  tunnels,
}) => {
  const person = await signedIn()
  await signInAt(heard, person)
  await person.signOut()
  await expect.poll(() => logouts.length).toBe(1)
  expect(tunnels).toContain(tunnelTo(partners.logoutUri))
})

test("an issuer's keys and the token service are asked through the proxy", async ({
  issuer,
  baton,
  service,
  tunnels,
}) => {
  service.will((_, res) => res.end('a token'))
  const form = {
    grant_type: tokenExchange,
    subject_token: await issuer.idToken(baton.url),
    subject_token_type: idTokenType,
    client_id: 'app',
  }
  const exchange = await fetch(`${baton.url}/oidc/token`, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token: webNonce } = (await exchange.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${webNonce}` }
  const answer = await fetch(`${baton.url}/api/token`, { method: 'POST', headers })
  expect(await answer.text()).toBe('a token')
  expect(tunnels).toEqual(expect.arrayContaining([tunnelTo(issuer.url), tunnelTo(service.url)]))
})

// As `npm start` does, Node sets variables from a file after it has looked for a proxy.
const lateSwitch = "--import=data:text/javascript,process.env.NODE_USE_ENV_PROXY='1'"

test('it is the same where the variables come from `.env`', async ({
  startAnother,
  outgoing,
  ask,
  issuer,
  tunnels,
}) => {
  const baton = await startAnother({ env: { NODE_OPTIONS: lateSwitch, HTTP_PROXY: outgoing.url } })
  expect(await ask(baton.address)).toBe(200)
  expect(tunnels).toContain(tunnelTo(issuer.url))
})

test('a proxy that refuses is named where an issuer cannot be reached', async ({
  startAnother,
  outgoing,
  ask,
}) => {
  const url = outgoing.urlWithWrongPassword
  const baton = await startAnother({ env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: url } })
  expect(await ask(baton.address)).toBe(503)
  await expect.poll(baton.log).toContain('cannot be reached (Proxy response (407)')
  expect(baton.log()).not.toContain(new URL(url).password)
})

test('without NODE_USE_ENV_PROXY the proxy is not used, and the log says so', async ({
  startAnother,
  outgoing,
  ask,
  tunnels,
}) => {
  const baton = await startAnother({ env: { HTTPS_PROXY: outgoing.url, http_proxy: outgoing.url } })
  expect(await ask(baton.address)).toBe(200)
  expect(tunnels).toEqual([])
  const line =
    baton
      .log()
      .split('\n')
      .find((text) => text.includes('NODE_USE_ENV_PROXY')) ?? ''
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', variables: ['HTTPS_PROXY', 'http_proxy'] })
  expect(baton.log()).not.toContain(encodeURIComponent(outgoing.password))
})
