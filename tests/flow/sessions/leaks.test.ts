import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { askForNonce, postNonce } from '../../support/ask-for-nonce.ts'
import { authSecret } from '../../support/baton.ts'
import { fullConfig } from '../../support/full-config.ts'
import { accessLines, settledLines } from '../../support/log-lines.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import { newPerson, type Person } from '../../support/person.ts'
import { follow, pressContinue, relyingParty } from '../../support/relying-party.ts'
import { secretsIn } from '../../support/secrets.ts'
import { startOtlpReceiver } from '../../support/servers/otlp-receiver.ts'
import { startTokenService } from '../../support/servers/token-service.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { accessTokenType, test as base, idTokenType } from '../../support/test-apps.ts'
import { callerTrace, spansOf, tracesTo } from '../../support/test-traces.ts'
import { newVerifier } from '../../support/verifier.ts'

const pages = [
  '/',
  '/sign-in',
  '/sign-out',
  '/sessions',
  '/activity',
  '/error?error=Configuration',
  '/handoff',
  '/nowhere',
]
const api = [
  '/api/auth/session',
  '/api/auth/csrf',
  '/api/auth/providers',
  '/api/auth/signin',
  '/api/auth/signout',
  '/api/auth/error?error=Configuration',
  '/api/auth/callback/demo?code=x&state=y',
  '/api/auth/nowhere',
  '/api/health',
  '/api/ready',
  '/api/nowhere',
  '/api/nonce',
  '/api/nonce/status',
  '/api/nonce/approval',
]
const calls = ['greeting', 'echo/a?b=c', 'bytes/10', 'nowhere'].map(
  (path) => `/api/backends/demo/api/authenticated/${path}`,
)

const tokenServiceSecret = 'the secret of Baton at the token service'

const routerHeaders: Record<string, string>[] = [{ rsc: '1' }, { rsc: '1', 'next-router-prefetch': '1' }]

type Visit = { path: string; text: string }

const test = base
  .extend('collector', perFile, ({ closing }) => closing(startOtlpReceiver()))
  .extend('service', perFile, ({ closing }) => closing(startTokenService()))
  .extend(
    'setup',
    perFile,
    ({ service, collector }): Setup => ({
      // So short that calls renew one.
      accessTokenTtl: 1,
      env: { LOG_LEVEL: 'trace', ...tracesTo(collector.url) },
      config: (partners) =>
        fullConfig(partners, {
          tokenService: { url: service.url, clientId: 'baton', clientSecret: tokenServiceSecret },
        }),
    }),
  )
  /** What browsers and apps were answered, and the secrets that there were. */
  .extend('visits', perFile, async ({ baton, phoneTokens }) => {
    const said: Visit[] = []
    const nonces: string[] = []
    const watched = () => newPerson(baton.url, (path, text) => said.push({ path, text }))

    const source = watched()
    await source.signIn()
    await crawl(source)

    const target = watched()
    const { nonce } = await source.askForNonce({ redirect_to: '/sessions' })
    nonces.push(nonce)
    await source.ownPage(`/api/nonce/status?nonce=${nonce}`)
    const body = new URLSearchParams({ nonce, number: '42', approve: 'yes' })
    await source.ownPage('/api/nonce/approval', { method: 'POST', body })
    await target.request(`/handoff?nonce=${nonce}`)
    await target.request(`/handoff?nonce=${nonce}`, { headers: { rsc: '1' } })
    await target.redeem(nonce)
    await target.redeem(nonce)
    await sleep(1_100)
    await crawl(target)

    const { idToken } = await phoneTokens('bob')
    const webView = watched()
    nonces.push((await askForNonce(baton.url, idToken)).nonce)
    for (const bad of [idToken.slice(0, -4), `${idToken}x`]) {
      const refused = await postNonce(baton.url, { token: bad })
      said.push({ path: 'refused ID token', text: await refused.text() })
    }
    await webView.redeem(nonces[1] ?? '')
    await crawl(webView)

    const people = [source, target, webView]
    const cookies = await Promise.all(people.map((person) => person.cookies('/handoff')))
    await target.signOut()
    await source.signOut()
    await crawl(source)
    return { said, nonces, cookies, idToken }
  })
  /** Every secret of the flows of apps and applications, the good ones and the guessed. */
  .extend('secretsOfClients', perFile, async ({ app, baton, partners, newcomer, service }) => {
    const own = await app.idToken()
    const webNonce = await app.webNonce(own)
    service.will((_, res) => res.end('{"access_token":"the answer of the token service"}'))
    await app.post('/api/token', {}, { authorization: `Bearer ${webNonce}` })
    const jwt = await app.jwt(webNonce)
    for (const token of [webNonce, jwt, 'guessed-web-nonce-guessed-web-nonce-guessed']) {
      await app.introspect(token)
      await fetch(`${baton.url}/api/backends/demo/api/authenticated/greeting`, {
        headers: { authorization: `Bearer ${token}` },
      })
    }
    await app.introspect(webNonce, `Basic ${btoa('demo-backend:a guessed secret')}`)
    for (const type of [idTokenType, accessTokenType])
      await app.exchange({ subject_token: `${own}x`, subject_token_type: type })
    await app.post('/api/backchannel-logout', { logout_token: `${own}y` })

    const web = await relyingParty(baton.url, 'web')
    const { verifier, challenge } = newVerifier()
    const bearer = { authorization: `Bearer ${webNonce}` }
    const nonceFor = async (form: Record<string, string>) => {
      const answer = await app.post('/api/nonce', form, bearer)
      return ((await answer.json()) as { nonce: string }).nonce
    }
    const nonces = [await nonceFor({ target: 'web' }), await nonceFor(challenge)]
    const browser = newcomer()
    const { url, checks } = await web.beginWithNonce(nonces[0] ?? '', { scope: 'openid offline_access' })
    const step = await follow(browser, url)
    const end = step.page ? await pressContinue(browser, step.url, step.page.html) : step
    const tokens = await web.finish(end.url, checks)
    const code = end.url.searchParams.get('code') ?? ''
    await app.post('/oidc/token', { grant_type: 'authorization_code', client_id: 'app', code })
    await newcomer().redeem(nonces[1] ?? '', { verifier: 'a-guessed-verifier-a-guessed-verifier-a-guess' })
    await newcomer().redeem(nonces[1] ?? '', { verifier })
    await browser.request('/api/auth/callback/demo?code=a-guessed-code-of-a-provider&state=a-guessed-state-x')
    await app.revoke(webNonce)
    return [
      ...[own, webNonce, jwt, code, verifier, checks.pkceCodeVerifier ?? '', ...nonces],
      ...[tokens.access_token, tokens.id_token ?? '', tokens.refresh_token ?? ''],
      ...['the secret of web', tokenServiceSecret, 'demo-backend-secret', 'a guessed secret'],
      ...['guessed-web-nonce-guessed-web-nonce-guessed', 'a-guessed-verifier', 'a-guessed-code'],
      ...['a-guessed-state', 'the answer of the token service', ...partners.issuedTokens],
    ].filter((secret) => secret !== '')
  })

test('no answer to a browser holds a token that the identity provider issued', ({
  visits: { said },
  partners: { issuedTokens },
}) => {
  // Two sign-ins of three tokens each, and what calls of the backend renewed.
  expect(issuedTokens.length).toBeGreaterThan(8)
  expect(said.length).toBeGreaterThan(100)
  for (const { path, text } of said)
    expect({ path, found: secretsIn(text, issuedTokens) }).toEqual({ path, found: [] })
})

/** The values of a `Cookie` header, but for the name of the provider, which the sign-in page shows. */
function secretValues(header: string): string[] {
  const cookies = header.split('; ').filter((cookie) => !cookie.startsWith('baton.provider='))
  return cookies.map((cookie) => cookie.replace(/^[^=]*=/, ''))
}

test('no cookie holds a token in the clear', ({ visits: { cookies }, partners }) => {
  expect(cookies.join()).toContain('baton.session=')
  expect(secretsIn(cookies.join('\n'), partners.issuedTokens)).toEqual([])
})

test('the search finds a token that is there', ({ visits: _, partners }) => {
  const [token = ''] = partners.issuedTokens
  for (const text of [
    token,
    `a=${encodeURIComponent(token)}`,
    `{"x":"${token.slice(10)}"}`,
    Buffer.from(`"${token}"`).toString('base64'),
  ])
    expect(secretsIn(text, [token])).toEqual([token])
})

test('the log holds no token, no nonce and no secret', async ({
  visits: { nonces, cookies, idToken },
  partners,
  baton,
}) => {
  expect(await settledLines(baton)).toContainEqual(expect.objectContaining({ logLevel: 'trace' }))
  const log = baton.log()
  expect(log).toContain('sessions ended')
  const clientSecret = 'demo-baton-secret'
  const secrets = [...partners.issuedTokens, idToken, ...nonces, authSecret, clientSecret]
  expect(secretsIn(log, secrets)).toEqual([])
  expect(secretsIn(log, cookies.flatMap(secretValues))).toEqual([])
})

test('nor one of apps and applications, whatever they send', async ({ secretsOfClients, baton }) => {
  // Their calls are there.
  const routes = ['/oidc/token', '/oidc/introspect', '/oidc/revoke', '/api/token', '/handoff']
  await expect
    .poll(() => accessLines(baton).map(({ route }) => route))
    .toEqual(expect.arrayContaining(routes))
  expect(secretsOfClients.length).toBeGreaterThan(20)
  expect(secretsIn(baton.log(), secretsOfClients)).toEqual([])
})

test('no span holds a token, a nonce or a secret, nor a path, a query or what tells of a person', async ({
  visits: { nonces, cookies, idToken, said },
  secretsOfClients,
  partners,
  collector,
  newcomer,
  sql,
}) => {
  const { traceId, headers } = callerTrace()
  await newcomer(headers).request('/api/health')
  await spansOf(collector, traceId, 'GET /api/health')
  const names = collector.spans.map(({ name }) => name)
  for (const name of ['GET /api/backends/*', 'refresh', 'handoff.redeem', 'POST token', 'spend nonce'])
    expect(names).toContain(name)
  const people = await sql<{ id: string; name: string; email: string }>('SELECT id, name, email FROM users')
  const sessions = await sql<{ id: string }>('SELECT id FROM sessions')
  const secrets = [
    ...[...partners.issuedTokens, idToken, ...nonces, ...secretsOfClients],
    ...[authSecret, 'demo-baton-secret'],
    ...cookies.flatMap(secretValues),
    ...people.flatMap(({ id, name, email }) => [id, name, email].filter((each) => each !== null)),
    ...sessions.map(({ id }) => id),
    ...nonces.map((nonce) => nonceHash(nonce).toString('hex')),
    ...['authenticated', 'nowhere', '_rsc', 'Mozilla'],
  ]
  expect(people.length).toBeGreaterThan(1)
  expect(said.length).toBeGreaterThan(100)
  expect(secretsIn(collector.text(), secrets)).toEqual([])
})

test('the database holds no token and no nonce in the clear', async ({
  visits: { nonces, idToken },
  partners,
  sql,
}) => {
  const columns = await sql<{ table_name: string; column_name: string }>(
    `SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name NOT LIKE '\\_prisma%'`,
  )
  expect(columns.map(({ table_name }) => table_name)).toEqual(
    expect.arrayContaining(['nonces', 'token_sets']),
  )
  const kept: string[] = []
  for (const { table_name: table, column_name: column } of columns) {
    const rows = await sql<{ value: unknown }>(`SELECT "${column}" AS value FROM "${table}"`)
    kept.push(...rows.map(({ value }) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value))))
  }
  expect(secretsIn(kept.join('\n'), [...partners.issuedTokens, idToken, ...nonces])).toEqual([])
  // What is kept of a nonce is its hash, which the search above therefore looked at.
  for (const nonce of nonces) expect(kept).toContain(nonceHash(nonce).toString('latin1'))
})

async function crawl(person: Person): Promise<void> {
  for (const path of [...pages, ...api, ...calls]) await person.ownPage(path)
  for (const path of pages)
    for (const headers of routerHeaders) {
      const answer = await person.ownPage(path, { headers })
      // Next sends its router's requests on to an address of their own.
      const location = answer.headers.get('location')
      if (answer.status === 307 && location?.includes('_rsc')) await person.ownPage(location, { headers })
    }
  for (const path of [...pages, ...api, '/api/auth/signin/demo'])
    await person.request(path, { method: 'POST', body: new URLSearchParams({ csrfToken: 'x' }) })
}
