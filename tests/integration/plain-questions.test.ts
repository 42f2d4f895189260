import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { nodeCallerOf } from '#lib/callers/caller.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import type { Database } from '#lib/db/database.ts'
import type { Exchange } from '#lib/endpoints/endpoint.ts'
import { introspect, revoke } from '#lib/endpoints/plain-questions.ts'
import { createAdapter } from '#lib/oidc/adapter.ts'
import { issueWebNonce } from '#lib/sessions/web-nonce.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { someDevice } from '../support/page-of.ts'
import { signIn } from '../support/rows.ts'
import { smallProcess } from '../support/small-process.ts'

const config = await configOf({
  file: {
    clients: [
      { client_id: 'app', token_endpoint_auth_method: 'none', resource_servers: ['backend'] },
      { client_id: 'backend', client_secret: 'the secret of this backend' },
    ],
  },
})
const authorization = `Basic ${btoa('backend:the+secret+of+this+backend')}`

const idToken = () => ({
  issuer: 'https://op.example.org',
  subject: randomUUID(),
  clientId: 'app',
  amr: [],
  authTime: null,
  issuedAt: new Date(),
  goodUntil: new Date(Date.now() + 60_000),
  claims: {},
  profile: {},
})

/** The two endpoints on a real server, with a library that only counts what comes to it. */
async function served(db: Database) {
  const here = smallProcess(db, config)
  let toLibrary = 0
  const runtime = {
    ...here,
    oidc: {
      issuer: 'https://baton.example.org/oidc',
      listener: (_: unknown, res: Exchange['res']) => {
        toLibrary += 1
        res.writeHead(418).end()
      },
    },
  } as unknown as Exchange['runtime']
  const server = createServer((req, res) => {
    const endpoint = req.url === '/oidc/introspect' ? introspect : revoke
    const exchange = { req, res, runtime, caller: nodeCallerOf(req), target: req.url } as Exchange
    endpoint(exchange).catch((error) => res.destroy(error))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    ask: (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(form), headers }),
    async webNonce() {
      const { webNonce } = await issueWebNonce(
        idToken(),
        randomToken(),
        { device: someDevice, jkt: null },
        {
          db,
          config,
        },
      )
      return webNonce
    },
    toLibrary: () => toLibrary,
    close: () => server.close(),
  }
}

onEachDatabase((instances) => {
  test('plain questions about web nonces, and revocations, do not come to the library', async () => {
    const [db] = instances()
    const { ask, webNonce, toLibrary, close } = await served(db)
    const token = await webNonce()
    const answer = await ask('/oidc/introspect', { token }, { authorization })
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ active: true })])
    expect((await ask('/oidc/revoke', { token, client_id: 'app' })).status).toBe(200)
    expect(toLibrary()).toBe(0)
    // What is no good web nonce any more may be a token of the library's.
    await ask('/oidc/introspect', { token }, { authorization })
    expect(toLibrary()).toBe(1)
    close()
  })

  test('a plain question of a client about its own token does not come to the library', async () => {
    const [db] = instances()
    const { ask, toLibrary, close } = await served(db)
    const { sid } = await signIn(db)
    const [token, grantId] = [randomToken(), randomToken()]
    const now = Math.floor(Date.now() / 1000)
    const payload = { accountId: sid, clientId: 'backend', iat: now, exp: now + 60 }
    const adapter = createAdapter({ db, config })
    await adapter('Grant').upsert(grantId, { ...payload, kind: 'Grant' }, 60)
    const kind = { kind: 'RefreshToken', grantId, scope: 'openid' }
    await adapter('RefreshToken').upsert(token, { ...payload, ...kind }, 60)
    const about = { active: true, client_id: 'backend', scope: 'openid' }
    const answer = await ask('/oidc/introspect', { token }, { authorization })
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining(about)])
    expect(toLibrary()).toBe(0)
    // One that is bound to a key, or that says more, is the library's to judge.
    for (const more of [{ jkt: 'x' }, { rar: [{ type: 'x' }] }, { 'x5t#S256': 'x' }, { clientId: 'app' }]) {
      const other = randomToken()
      await adapter('RefreshToken').upsert(other, { ...payload, ...kind, ...more }, 60)
      expect((await ask('/oidc/introspect', { token: other }, { authorization })).status).toBe(418)
    }
    close()
  })

  test('of questions that come together each gets the answer of its own web nonce', async () => {
    const [db] = instances()
    const { ask, webNonce, close } = await served(db)
    const tokens = await Promise.all(Array.from({ length: 8 }, webNonce))
    const askFor = async (token: string) => {
      const answer = await ask('/oidc/introspect', { token }, { authorization })
      return answer.status === 200 ? ((await answer.json()) as { sub: string }).sub : answer.status
    }
    const alone: (string | number)[] = []
    for (const token of tokens) alone.push(await askFor(token))
    expect(new Set(alone).size).toBe(8)
    // The same one twice, and one that is none: that question goes to the library.
    const all = [...tokens, tokens[0] as string, randomToken()]
    expect(await Promise.all(all.map(askFor))).toEqual([...alone, alone[0], 418])
    close()
  })

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['a wrong secret', {}, { authorization: `Basic ${btoa('backend:wrong')}` }],
    ['a parameter that says nothing', { x: 'x' }, { authorization }],
    ['a page of another origin', {}, { authorization, origin: 'https://app.example.org' }],
    ['a client assertion', { client_assertion: 'x' }, {}],
    ['a proof of possession', {}, { authorization, dpop: 'x' }],
  ])('a question with %s comes to the library with its whole body', async (_, form, headers) => {
    const [db] = instances()
    const { ask, webNonce, toLibrary, close } = await served(db)
    const answer = await ask('/oidc/introspect', { token: await webNonce(), ...form }, headers)
    expect([answer.status, toLibrary()]).toEqual([418, 1])
    close()
  })
})
