import { expect } from 'vitest'
import type { IssuedToken } from '../../../demo/identity-provider/token-step.ts'
import { openCall } from '../../support/clients/http-call.ts'
import { fullConfig } from '../../support/full-config.ts'
import { startOtlpReceiver } from '../../support/servers/otlp-receiver.ts'
import { startTokenService } from '../../support/servers/token-service.ts'
import { spendRefreshToken } from '../../support/spend-refresh-token.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'
import { callerTrace, spansOf, tracesTo } from '../../support/test-traces.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

const test = base
  .extend('collector', perFile, ({ closing }) => closing(startOtlpReceiver()))
  .extend('service', perFile, ({ closing }) => closing(startTokenService()))
  .extend('setup', perFile, ({ collector, service: { url } }) => ({
    env: tracesTo(collector.url),
    config: (partners) =>
      fullConfig(partners, { tokenService: { url, clientId: 'baton', clientSecret: 'a secret' } }),
  }))

test('issue, page and redemption of a hand-off are spans of their requests, above their statements', async ({
  collector,
  person,
  newcomer,
}) => {
  const { traceId, headers } = callerTrace()
  const source = await person.ownPage('/api/nonce', { method: 'POST', body: new URLSearchParams(), headers })
  const { nonce } = (await source.json()) as { nonce: string }
  const target = newcomer(headers)
  expect((await target.redeem(nonce)).status).toBe(303)

  const [asked, issue, opened, open, pressed, redeem] = await spansOf(
    collector,
    traceId,
    ...['POST /api/nonce', 'handoff.issue', 'GET /handoff', 'handoff.open', 'POST /handoff'],
    'handoff.redeem',
  )
  const [insert, spend] = await spansOf(collector, traceId, 'insert nonce', 'spend nonce')
  expect(issue).toMatchObject({ kind: 'internal', parentSpanId: asked?.spanId, hasFailed: false })
  expect(insert).toMatchObject({
    kind: 'client',
    parentSpanId: issue?.spanId,
    attributes: { 'db.system.name': 'postgresql', 'db.query.summary': 'insert nonce' },
  })
  expect(open).toMatchObject({ parentSpanId: opened?.spanId })
  expect(redeem).toMatchObject({
    parentSpanId: pressed?.spanId,
    attributes: { 'baton.handoff.state': 'redeemed' },
  })
  expect(spend).toMatchObject({ parentSpanId: redeem?.spanId })
})

test('a nonce that is refused fails its span by the code of the refusal', async ({ collector, person }) => {
  const { traceId, headers } = callerTrace()
  const body = new URLSearchParams({ target: 'nobody' })
  expect((await person.ownPage('/api/nonce', { method: 'POST', body, headers })).status).toBe(403)
  const [issue, request] = await spansOf(collector, traceId, 'handoff.issue', 'POST /api/nonce')
  expect(issue).toMatchObject({ hasFailed: true, attributes: { 'error.type': 'unauthorized_client' } })
  expect(request).toMatchObject({ hasFailed: false, attributes: { 'http.response.status_code': 403 } })
})

test('a refresh is a span, with the call to the provider and its statements below it', async ({
  collector,
  signedIn,
  expired,
  partners,
}) => {
  const late = await expired(() => signedIn())
  const { traceId, headers } = callerTrace()
  expect((await late.ownPage(greeting, { headers })).status).toBe(200)
  const [request, refresh, call, taken, stored] = await spansOf(
    collector,
    traceId,
    ...['GET /api/backends/*', 'refresh', 'POST token', 'UPDATE token_sets', 'GET'],
  )
  expect(refresh).toMatchObject({
    kind: 'internal',
    parentSpanId: request?.spanId,
    hasFailed: false,
    attributes: { 'baton.provider': 'demo' },
  })
  expect(call).toMatchObject({
    kind: 'client',
    parentSpanId: refresh?.spanId,
    attributes: {
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'server.port': Number(new URL(partners.issuer).port),
      'baton.provider': 'demo',
      'baton.provider.call': 'token',
    },
  })
  expect(taken).toMatchObject({ kind: 'client', parentSpanId: refresh?.spanId })
  expect(stored).toMatchObject({ parentSpanId: request?.spanId })
})

test('a refresh that the provider refuses fails, by the code', async ({
  collector,
  signedIn,
  expired,
  partners,
}) => {
  const given: IssuedToken[] = []
  partners.identityProvider.events.on('token', (token) => given.push(token))
  const late = await expired(() => signedIn())
  const first = given.find(({ kind }) => kind === 'refresh_token')?.value ?? ''
  expect((await expired(() => late.ownPage(greeting))).status).toBe(200)
  // The first refresh token is spent: the provider ends all that came of that sign-in.
  await spendRefreshToken(partners.issuer, first)
  const { traceId, headers } = callerTrace()
  await late.ownPage(greeting, { headers })
  const [refresh, call] = await spansOf(collector, traceId, 'refresh', 'POST token')
  expect(refresh).toMatchObject({ hasFailed: true, attributes: { 'error.type': 'invalid_token' } })
  expect(call).toMatchObject({ hasFailed: true, attributes: { 'error.type': '400' } })
})

test('a sign-in has the calls to its provider, and a sign-out the one that revokes', async ({
  collector,
  newcomer,
}) => {
  const { traceId, headers } = callerTrace()
  const browser = newcomer(headers)
  await browser.signIn()
  const [callback, token] = await spansOf(collector, traceId, 'GET /api/auth/*', 'POST token')
  expect(token?.parentSpanId).toBeDefined()
  expect(callback).toMatchObject({ kind: 'server' })
  await browser.signOut()
  const [revocation] = await spansOf(collector, traceId, 'POST revocation')
  expect(revocation).toMatchObject({ attributes: { 'baton.provider.call': 'revocation' } })
  await expect
    .poll(() => collector.spans.map(({ name }) => name))
    .toEqual(expect.arrayContaining(['GET metadata']))
})

test('the keys of an issuer are fetched in a span, and the token service is called in one it gets', async ({
  collector,
  service,
  app,
}) => {
  const webNonce = await app.webNonce()
  await expect.poll(() => collector.spans.map(({ name }) => name)).toContain('GET keys')
  const { traceId, headers } = callerTrace()
  service.will((_, res) => res.end())
  await app.post('/api/token', {}, { authorization: `Bearer ${webNonce}`, ...headers })
  const [request, call] = await spansOf(collector, traceId, 'POST /api/token', 'POST token service')
  expect(call).toMatchObject({ kind: 'client', parentSpanId: request?.spanId })
  expect(service.asked.at(-1)?.headers.traceparent).toBe(`00-${traceId}-${call?.spanId}-01`)
})

test('what the process asks the database on its own has no span, whoever was the first to need it', async ({
  collector,
  person,
  baton,
  host,
}) => {
  const { traceId, headers } = callerTrace()
  const answer = await openCall(baton.address, '/api/sessions/events', {
    headers: { host, cookie: await person.cookies(), 'sec-fetch-site': 'same-origin', ...headers },
  })
  let text = ''
  answer.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  const change = async () => {
    await person.askForNonce()
    return text
  }
  await expect.poll(change, { interval: 500 }).toContain('changed')
  answer.destroy()
  await spansOf(collector, traceId, 'GET /api/sessions/events')
  expect(collector.spans.map(({ name }) => name)).not.toContain('find marks of reaches')
  const statements = collector.spans.filter(({ attributes }) => attributes['db.system.name'])
  expect(statements.filter(({ parentSpanId }) => parentSpanId === undefined)).toEqual([])
})
