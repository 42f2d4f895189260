import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import { issueAccessToken, newIssuedAccessTokens } from '#lib/oidc/access-tokens.ts'
import { OpenIdProvider } from '#lib/oidc/openid-provider.ts'
import { rotateSigningKeys } from '#lib/oidc/signing-keys.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { listen } from '../support/partners.ts'
import { signIn } from '../support/rows.ts'
import { smallProcess } from '../support/small-process.ts'

const config = await configOf()

afterEach(() => vi.useRealTimers())

/** An instance: what it publishes, and a token that it signs now. */
async function instance(db: Database, session: LiveSession) {
  const oidc = await OpenIdProvider.start({
    ...smallProcess(db, config),
    issuerKeys: new Map(),
    endOthers: async () => {},
    ended: async () => {},
    signOut: async () => {},
    renderPage: () => ({ headers: {}, body: '' }),
  })
  const served = await listen((request, response) => oidc.listener(request, response))
  return {
    published: async () => (await (await fetch(`${served.url}/jwks`)).json()) as JSONWebKeySet,
    token: () =>
      issueAccessToken(session, 'urn:api', {
        ...smallProcess(db, config),
        oidc,
        issuedAccessTokens: newIssuedAccessTokens(),
      }),
    async close() {
      oidc.close()
      await served.close()
    },
  }
}

onEachDatabase((instances) => {
  test('through a rotation every token verifies by the keys published when it was signed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const [a, b] = instances()
    const { sid } = await signIn(a)
    const session = (await findLiveSession(a, sid)) as LiveSession
    const [one, two] = [await instance(a, session), await instance(b, session)]
    const seen: JSONWebKeySet[] = []
    const tokens: string[] = []
    const step = async () => {
      for (const { token, published } of [one, two]) {
        tokens.push(await token())
        seen.push(await published())
      }
      // Whoever fetched keys since the rotation was published, however long ago, knows every key that signs
      // now.
      for (const keys of seen.slice(-6))
        for (const token of tokens.slice(-2)) await jwtVerify(token, createLocalJWKSet(keys))
      for (const token of tokens) await jwtVerify(token, createLocalJWKSet(await one.published()))
    }
    const look = async () => {
      vi.advanceTimersByTime(60_000)
      await expect.poll(async () => (await one.published()).keys).toHaveLength(4)
      await expect.poll(async () => (await two.published()).keys).toHaveLength(4)
    }
    await step()
    const before = tokens[0]?.split('.')[0]
    await rotateSigningKeys({ db: a, config })
    await step()
    seen.length = 0
    await look()
    await step()
    await step()
    await a.$executeRaw`UPDATE signing_keys SET signs_from = signs_from - interval '16 minutes'`
    vi.advanceTimersByTime(60_000)
    await expect.poll(async () => (await one.token()).split('.')[0]).not.toBe(before)
    await expect.poll(async () => (await two.token()).split('.')[0]).not.toBe(before)
    await step()
    await Promise.all([one.close(), two.close()])
  })
})
