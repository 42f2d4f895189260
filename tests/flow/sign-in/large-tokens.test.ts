import { expect } from 'vitest'
import { createBackend } from '../../../demo/backend/create-backend.ts'
import { createDemoResourceServer } from '../../../demo/backend/resource-server.ts'
import { sha256Hex } from '../../support/digest.ts'
import { freePort } from '../../support/free-port.ts'
import { listen } from '../../support/partners.ts'
import { follow } from '../../support/relying-party.ts'
import { startLargeProvider } from '../../support/servers/large-provider.ts'
import { startNarrowProxy } from '../../support/servers/narrow-proxy.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('publicPort', perFile, () => freePort())
  .extend('backendPort', perFile, () => freePort())
  .extend('provider', perFile, ({ publicPort, backendPort, closing }) =>
    closing(
      startLargeProvider({
        batonUrl: `http://localhost:${publicPort}`,
        audience: `http://127.0.0.1:${backendPort}`,
      }),
    ),
  )
  .extend('setup', perFile, ({ publicPort, backendPort, provider: { issuer } }): Setup => {
    const client = { clientId: 'baton', clientSecret: 'large-secret', scope: 'openid profile api' }
    const url = `http://127.0.0.1:${backendPort}`
    return {
      publicPort,
      isBehindProxy: true,
      config: () => ({
        providers: [{ id: 'large', type: 'oidc', issuer, ...client }],
        backends: [{ name: 'demo', url, token: 'provider', providers: ['large'] }],
      }),
    }
  })
  .extend('backend', { ...perFile, auto: true }, ({ baton, backendPort, provider: { issuer }, closing }) => {
    const audience = `http://127.0.0.1:${backendPort}`
    const resourceServer = createDemoResourceServer({ batonUrl: baton.url, audience, issuers: [issuer] })
    return closing(listen(createBackend({ resourceServer }), backendPort))
  })
  .extend('proxy', perFile, ({ publicPort, baton, closing }) =>
    closing(startNarrowProxy(publicPort, () => baton.address)),
  )

test('a 6 kB access token and 400 groups work behind a proxy with a 4 kB limit for header lines', async ({
  baton: { url },
  newcomer,
  provider,
  proxy,
}) => {
  const person = newcomer()
  const { csrfToken } = (await (await person.request('/api/auth/csrf')).json()) as { csrfToken: string }
  const start = await person.request('/api/auth/signin/large', {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, callbackUrl: `${url}/` }),
  })
  const end = await follow(person, new URL(start.headers.get('location') ?? '', url))
  expect(end.url.href).toBe(`${url}/`)
  expect(end.page?.html).toContain('You are signed in')
  expect(provider.accessTokens.at(-1)?.length).toBeGreaterThan(6000)

  const seen = await person.ownPage('/api/backends/demo/api/authenticated/echo')
  expect(seen.status).toBe(200)
  const { headers } = (await seen.json()) as { headers: { authorization: string } }
  expect(headers.authorization).toBe(`Bearer sha256:${sha256Hex(provider.accessTokens.at(-1) as string)}`)
  for (const path of ['/', '/sessions', '/activity', '/sign-out', '/api/auth/session'])
    expect((await person.request(path)).status).toBe(200)

  const { nonce } = await person.askForNonce()
  const child = newcomer()
  await child.request(`/handoff?nonce=${nonce}`)
  expect((await child.redeem(nonce)).status).toBe(303)
  expect((await child.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(200)

  for (const browser of [person, child]) {
    const cookies = await browser.jar.getCookies(url)
    expect(cookies.filter(({ key }) => /^baton\.session\.\d/.test(key))).toEqual([])
    expect((await browser.cookies()).length).toBeLessThan(2048)
  }
  const leave = await person.ownPage('/sign-out/provider', { method: 'POST', body: new URLSearchParams() })
  expect([leave.status, leave.headers.get('location')?.startsWith(provider.issuer)]).toEqual([303, true])
  expect(proxy.refused).toEqual([])
})
