import type { BatonError } from '@baton/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppStage, startAppStage } from '../../support/app-stage.ts'
import { startTokenService } from '../../support/servers/token-service.ts'

let stage: AppStage
let service: Awaited<ReturnType<typeof startTokenService>>
const servers: { close(): void }[] = []

beforeAll(async () => {
  service = await startTokenService()
  stage = await startAppStage({ tokenService: { url: service.url, clientId: 'x', clientSecret: 'y' } })
})
afterAll(async () => {
  for (const server of servers) server.close()
  await stage?.close()
  await service?.close()
})

function resourceServer(feed: boolean) {
  const server = stage.resourceServer({ feed })
  servers.push(server)
  return server
}

test('an app signs in, and a resource server learns who it is from its web nonce and from its JWT', async () => {
  const [phone, server] = [await stage.phone(), resourceServer(false)]
  const session = await server.getSession(await phone.getWebNonce())
  expect(session).toMatchObject({
    kind: 'web_nonce',
    clientId: 'demo-phone',
    issuer: `${stage.baton.url}/oidc`,
  })
  const jwt = await phone.getAccessToken(stage.partners.backendUrl)
  expect(await server.verifyAccessToken(jwt)).toMatchObject({ sub: session?.sub, sid: session?.sid })
  expect(await server.authenticate(`Bearer ${jwt}`)).toMatchObject({ sub: session?.sub })
  expect(await (await phone.fetch('/api/backends/demo/api/authenticated/greeting')).json()).toEqual({
    greeting: 'Hello, Demo User!',
  })
})

test('the demo’s backend takes all three kinds of tokens: web nonces, and JWTs of Baton and of the identity provider', async () => {
  const phone = await stage.phone('bob')
  const greet = (token: string) =>
    fetch(`${stage.partners.backendUrl}/api/authenticated/greeting`, {
      headers: { authorization: `Bearer ${token}` },
    })
  for (const token of [await phone.getWebNonce(), await phone.getAccessToken(stage.partners.backendUrl)])
    expect(await (await greet(token)).json()).toEqual({ greeting: 'Hello, Bob Builder!' })
  const person = await stage.signedIn('bob')
  expect(await (await person.ownPage('/api/backends/demo/api/authenticated/greeting')).json()).toEqual({
    greeting: 'Hello, Bob Builder!',
  })
})

test.each([
  ['through the feed, long before it would ask again', true, 3_000],
  ['within five seconds without it', false, 5_500],
])(
  'a web nonce that was revoked is refused by a resource server %s, its JWT with it where there is a feed',
  async (_, feed, timeout) => {
    const [phone, server] = [await stage.phone(), resourceServer(feed)]
    const webNonce = await phone.getWebNonce()
    const jwt = await phone.getAccessToken(stage.partners.backendUrl)
    expect(await server.getSession(webNonce)).toBeDefined()
    if (feed) await expect.poll(() => server.feed).toBe('live')
    expect(await server.getSession(webNonce)).toBeDefined()
    await phone.signOut()
    await expect.poll(() => server.getSession(webNonce), { timeout }).toBeUndefined()
    const known = server.verifyAccessToken(jwt)
    await (feed
      ? expect(known).rejects.toMatchObject({ code: 'invalid_token' })
      : expect(known).resolves.toBeDefined())
  },
)

test('an app that has signed out, or was signed out, is told so by name', async () => {
  const phone = await stage.phone()
  const { sid } = (await resourceServer(false).getSession(await phone.getWebNonce())) ?? {}
  await stage.sql('UPDATE sessions SET ended_at = now() WHERE id = $1', [sid])
  const refusal = (await phone.handOff('web').catch((error) => error)) as BatonError
  expect(refusal).toMatchObject({ name: 'BatonError', code: 'signed_out' })
  expect(await phone.isSignedIn()).toBe(false)
})

test('an app gets the token service’s answer as it came, and reads what it is', async () => {
  const phone = await stage.phone()
  service.will((_, res) =>
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"at","expires_in":3600}'),
  )
  const token = await phone.getToken()
  expect([token.status, token.rawString]).toEqual([200, '{"access_token":"at","expires_in":3600}'])
  expect([token.getString('access_token'), token.getInt('expires_in')]).toEqual(['at', 3600])
  service.will((_, res) => res.end(Buffer.from([0xff, 0, 0xc3])))
  const bytes = await phone.getToken()
  expect([...bytes.rawBytes]).toEqual([0xff, 0, 0xc3])
  expect(bytes.json).toBeUndefined()
  service.will((_, res) => void res.destroy())
  expect((await phone.getToken()).getString('error')).toBe('bad_gateway')
})
