import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBackend } from '../../../demo/backend/create-backend.ts'
import { createDemoResourceServer } from '../../../demo/backend/resource-server.ts'
import { type Issuer, newKey, type SigningKey, signed, startIssuer } from '../../support/issuer.ts'
import { listen } from '../../support/partners.ts'

const AUDIENCE = 'http://127.0.0.1:4001'

let key: SigningKey
let baton: Issuer
let issuer: string
let resourceServer: ReturnType<typeof createDemoResourceServer>
let backend: Awaited<ReturnType<typeof listen>>

beforeAll(async () => {
  key = await newKey('RS256')
  baton = await startIssuer([key])
  issuer = `${baton.url}/oidc`
  baton.serveMetadata((url) => ({ issuer: `${url}/oidc`, jwks_uri: `${url}/jwks` }))
  resourceServer = createDemoResourceServer({
    batonUrl: baton.url,
    audience: AUDIENCE,
    issuers: ['http://127.0.0.1:1'],
  })
  backend = await listen(createBackend({ resourceServer }))
})

afterAll(async () => {
  resourceServer?.close()
  await backend?.close()
  await baton?.switchOff()
})

async function greeting(claims: Record<string, unknown>, typ = 'at+jwt') {
  const iat = Math.floor(Date.now() / 1000)
  // RFC 9068, section 2.2.
  const required = { iss: issuer, aud: AUDIENCE, sub: 'user-1', client_id: 'app', jti: 'token-1', iat }
  const token = await signed(key, { ...required, exp: iat + 60, ...claims }, { typ })
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${backend.url}/api/authenticated/greeting`, { headers })).json()
}

test("the backend takes Baton's own access token, and greets by name, else by subject", async () => {
  expect(await greeting({ name: 'Demo User' })).toEqual({ greeting: 'Hello, Demo User!' })
  expect(await greeting({})).toEqual({ greeting: 'Hello, user-1!' })
})

test('the backend takes neither an ID token nor a token for another audience', async () => {
  const refused = { error: 'invalid_token' }
  expect(await greeting({}, 'JWT')).toMatchObject(refused)
  expect(await greeting({ aud: 'http://127.0.0.1:9' })).toMatchObject(refused)
})
