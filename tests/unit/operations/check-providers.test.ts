import { afterAll, expect, test } from 'vitest'
import { checkProviders } from '#lib/operations/check-providers.ts'
import { serversToClose } from '../../support/closing.ts'
import { configOf } from '../../support/config.ts'
import { listen } from '../../support/partners.ts'

const servers = serversToClose()
afterAll(servers.close)

/** An address where nothing listens. */
async function away(): Promise<string> {
  const { url, close } = await listen(() => {})
  await close()
  return url
}

/** What is found with this file: name, status and words, with the advice of faults. */
async function found(file: object) {
  const checks = await checkProviders(await configOf({ file }))
  return checks.map(({ name, status, message, advice }) => [
    `${status} ${name}: ${message}`,
    ...(status === 'fault' ? [advice] : []),
  ])
}

const network = expect.stringContaining('See that this machine reaches it')
const client = { clientId: 'baton', clientSecret: 'a'.repeat(32) }

test('a plain OAuth provider that is away is told by its address and what to do', async () => {
  const url = await away()
  const endpoints = { authorization: `${url}/a?x=1`, token: `${url}/t`, userinfo: `${url}/u` }
  expect(await found({ providers: [{ id: 'plain', type: 'oauth2', ...client, endpoints }] })).toEqual([
    [`fault provider plain: ${url}/a cannot be reached (ECONNREFUSED)`, network],
  ])
})

test('keys that are away are a fault of their own, and hide nothing', async () => {
  const keys = await away()
  const { url } = await servers.add(
    listen((_, res) => {
      const endpoints = { authorization_endpoint: `${url}/a`, token_endpoint: `${url}/t` }
      res.end(JSON.stringify({ issuer: url, jwks_uri: `${keys}/jwks`, ...endpoints }))
    }),
  )
  expect(await found({ providers: [{ id: 'op', type: 'oidc', issuer: url, ...client }] })).toEqual([
    [`ok provider op: its metadata names the issuer ${url}`],
    ['ok provider op: it offers neither userinfo nor revocation'],
    [`fault provider op: ${keys}/jwks cannot be reached (ECONNREFUSED)`, network],
    ['ok provider op: its clock agrees with that of this machine'],
  ])
})

test('a clock that cannot be asked is a fault of its own, and hides nothing', async () => {
  let asked = 0
  const { url } = await servers.add(
    listen((req, res) => {
      // The metadata first, then the same address for its time.
      if (req.url?.includes('.well-known') && asked++ > 0) return res.destroy()
      const endpoints = { authorization_endpoint: `${url}/a`, token_endpoint: `${url}/t` }
      const keys = { jwks_uri: `${url}/jwks`, keys: [{}] }
      return res.end(JSON.stringify({ issuer: url, ...endpoints, ...keys }))
    }),
  )
  const rows = await found({ trustedIssuers: [{ issuer: url, clients: ['app'] }] })
  expect(rows).toContainEqual([`ok trusted issuer ${url}: it publishes one key`])
  expect(rows.at(-1)).toEqual([expect.stringContaining('cannot be reached'), network])
})

test('a provider that says that it cannot answer now has a right configuration', async () => {
  const { url } = await servers.add(listen((_, res) => res.writeHead(503).end()))
  expect(await found({ providers: [{ id: 'op', type: 'oidc', issuer: url, ...client }] })).toEqual([
    [expect.stringContaining('answers 503'), expect.stringContaining('Try again in a while')],
  ])
})

test('the keys of operators are fetched', async () => {
  const keys = await away()
  const { url } = await servers.add(listen((_, res) => res.end('{"keys": [{}, {}]}')))
  const operators = [
    { issuer: 'https://tool.example', jwksUri: `${url}/jwks` },
    { issuer: 'https://other.example', jwksUri: `${keys}/jwks` },
  ]
  expect(await found({ operators })).toEqual([
    ['ok operator https://tool.example: it publishes 2 keys'],
    [`fault operator https://other.example: ${keys}/jwks cannot be reached (ECONNREFUSED)`, network],
  ])
})
