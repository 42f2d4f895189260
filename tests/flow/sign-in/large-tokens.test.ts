import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBackend } from '../../../demo/backend/create-backend.ts'
import { createDemoResourceServer } from '../../../demo/backend/resource-server.ts'
import { type Baton, startBaton } from '../../support/baton.ts'
import { emptyPostgres } from '../../support/databases.ts'
import { sha256Hex } from '../../support/digest.ts'
import { freePort } from '../../support/free-port.ts'
import { listen } from '../../support/partners.ts'
import { newPerson } from '../../support/person.ts'
import { follow } from '../../support/relying-party.ts'
import { startLargeProvider } from '../../support/servers/large-provider.ts'
import { startNarrowProxy } from '../../support/servers/narrow-proxy.ts'

const backends: Awaited<ReturnType<typeof listen>>[] = []
let provider: Awaited<ReturnType<typeof startLargeProvider>>
let proxy: Awaited<ReturnType<typeof startNarrowProxy>>
let baton: Baton
let url: string

beforeAll(async () => {
  const publicPort = await freePort()
  url = `http://localhost:${publicPort}`
  const backendPort = await freePort()
  const audience = `http://127.0.0.1:${backendPort}`
  provider = await startLargeProvider({ batonUrl: url, audience })
  backends.push(
    await listen(
      createBackend({
        resourceServer: createDemoResourceServer({ batonUrl: url, audience, issuers: [provider.issuer] }),
      }),
      backendPort,
    ),
  )
  proxy = await startNarrowProxy(publicPort, () => baton.address)
  baton = await startBaton({
    publicPort,
    config: {
      providers: [
        {
          id: 'large',
          type: 'oidc',
          issuer: provider.issuer,
          clientId: 'baton',
          clientSecret: 'large-secret',
          scope: 'openid profile api',
        },
      ],
      backends: [{ name: 'demo', url: audience, token: 'provider', providers: ['large'] }],
    },
    database: { url: await emptyPostgres() },
  })
})
afterAll(async () => {
  await baton?.stop()
  proxy?.close()
  await Promise.all([provider?.close(), ...backends.map(({ close }) => close())])
})

test('a provider with a 6 kB access token and 400 groups works behind a proxy with a 4 kB header line limit', async () => {
  const person = newPerson(url)
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
  for (const path of ['/', '/session', '/sign-out', '/api/auth/session'])
    expect((await person.request(path)).status).toBe(200)

  const { nonce } = await person.askForNonce()
  const child = newPerson(url)
  await child.request(`/handoff?nonce=${nonce}`)
  expect((await child.redeem(nonce)).status).toBe(303)
  expect((await child.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(200)

  for (const browser of [person, child]) {
    const cookies = await browser.jar.getCookies(url)
    expect(cookies.filter(({ key }) => /session-token\.\d/.test(key))).toEqual([])
    expect((await browser.cookies()).length).toBeLessThan(2048)
  }
  const leave = await person.ownPage('/sign-out/provider', { method: 'POST', body: new URLSearchParams() })
  expect([leave.status, leave.headers.get('location')?.startsWith(provider.issuer)]).toEqual([303, true])
  expect(proxy.refused).toEqual([])
})
