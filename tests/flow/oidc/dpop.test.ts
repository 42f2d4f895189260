import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { fetchAt } from '../../support/clients/fetch-at.ts'
import { newDeviceKey } from '../../support/device-key.ts'
import { follow, redirectUri } from '../../support/relying-party.ts'
import { test } from '../../support/test-oidc.ts'

type Tokens = { access_token: string; refresh_token: string; id_token: string; token_type: string }

test('a code that comes with a proof gives tokens that are bound to its key', async ({
  web,
  signedIn,
  post,
  baton,
}) => {
  const [key, stranger] = [await newDeviceKey(), await newDeviceKey()]
  const { url, checks } = await web.begin()
  const end = await follow(await signedIn(), url)
  const at = `${baton.url}/oidc/token`
  const exchange = {
    grant_type: 'authorization_code',
    code: end.url.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: checks.pkceCodeVerifier,
  }
  const answer = await post('/token', exchange, { dpop: await key.proof({ url: at }) })
  const tokens = (await answer.json()) as Tokens
  expect(tokens.token_type).toBe('DPoP')
  const known = await (await post('/introspect', { token: tokens.access_token })).json()
  expect(known).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: key.jkt } })

  const userinfo = `${baton.url}/oidc/userinfo`
  const ask = async (headers: Record<string, string>) => (await fetch(userinfo, { headers })).status
  const token = tokens.access_token
  const prove = (by = key) => by.proof({ method: 'GET', url: userinfo, token })
  const [authorization, dpop] = [`DPoP ${token}`, await prove()]
  expect(await ask({ authorization, dpop })).toBe(200)
  expect(await ask({ authorization, dpop })).toBe(401)
  expect(await ask({ authorization, dpop: await prove(stranger) })).toBe(401)
  expect(await ask({ authorization: `Bearer ${token}` })).toBe(401)
  expect(decodeJwt(tokens.id_token).sub).toBeDefined()
})

test('of 20 uses of one proof over two instances one is taken, also of a clock that is ahead', async ({
  baton,
  startAnother,
  signedIn,
  web,
  post,
  sql,
}) => {
  const other = await startAnother()
  const key = await newDeviceKey()
  const { url, checks } = await web.begin()
  const end = await follow(await signedIn(), url)
  const form = {
    grant_type: 'authorization_code',
    code: end.url.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: checks.pkceCodeVerifier,
  }
  const at = `${baton.url}/oidc/token`
  const first = await post('/token', form, { dpop: await key.proof({ url: at }) })
  const { access_token: token } = (await first.json()) as Tokens
  const userinfo = `${baton.url}/oidc/userinfo`
  const iat = Math.floor(Date.now() / 1000) + 250
  const dpop = await key.proof({ method: 'GET', url: userinfo, token, claims: { iat, jti: randomUUID() } })
  const headers = { authorization: `DPoP ${token}`, dpop }
  const use = async (address: string) => (await fetchAt(address, userinfo, { headers })).status
  const statuses = await Promise.all(
    Array.from({ length: 20 }, (_, index) => use(index % 2 === 0 ? baton.address : other.address)),
  )
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect(new Set(statuses)).toEqual(new Set([200, 401]))
  // Its own time lets it be good for another 250 seconds after the library's window of 300.
  const [kept] = await sql<{ left: number }>(
    'SELECT extract(epoch FROM max(expires_at) - now())::float AS left FROM used_proofs',
  )
  expect(kept?.left).toBeGreaterThan(560)
})
