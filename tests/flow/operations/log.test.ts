import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { events } from '#lib/telemetry/events.ts'
import { rawExchange } from '../../support/clients/raw-exchange.ts'
import { freePort } from '../../support/free-port.ts'
import { fullConfig } from '../../support/full-config.ts'
import { accessLines, type LogLine, logLines, settledLines } from '../../support/log-lines.ts'
import { ownId } from '../../support/own-id.ts'
import { listen } from '../../support/partners.ts'
import { startWebSocketBackend } from '../../support/servers/websocket-backend.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'

const test = base
  .extend('rooms', perFile, ({ closing }) => closing(startWebSocketBackend()))
  .extend('deadPort', perFile, () => freePort())
  .extend(
    'setup',
    perFile,
    ({ rooms, deadPort }): Setup => ({
      database: 'PostgreSQL',
      config: (partners) => {
        const like = { ...partners.backendOfBoth, timeoutMs: 2000 }
        const dead = { ...like, name: 'dead', url: `http://127.0.0.1:${deadPort}` }
        return fullConfig(partners, { backends: [like, dead, { ...like, name: 'rooms', url: rooms.url }] })
      },
    }),
  )
  /** The lines with this event and these fields, as soon as there are some. */
  .extend('told', ({ baton }) => async (event: string, fields: object = {}) => {
    const found = () =>
      logLines(baton).filter((line) => line.event === event && Object.entries(fields).every(hasIn(line)))
    await expect.poll(found).not.toEqual([])
    return found()
  })

const hasIn =
  (line: LogLine) =>
  ([name, value]: [string, unknown]) =>
    JSON.stringify(line[name]) === JSON.stringify(value)

test('a start tells its configuration in one line, without a secret', async ({ baton, told, partners }) => {
  const [line] = await told('server.configuration')
  expect(line).toMatchObject({
    url: baton.url,
    database: 'postgresql',
    providers: ['demo'],
    redirectUris: [`${baton.url}/api/auth/callback/demo`],
    backends: ['demo', 'dead', 'rooms'],
    trustedIssuers: [partners.trustedIssuer.trust.issuer, partners.issuer],
    clients: expect.arrayContaining(['app', 'web']),
    trustedProxies: [],
  })
  expect(JSON.stringify(line)).not.toMatch(/secret|postgresql:/)
  await told('server.started', { url: baton.url })
})

test('a journey: a sign-in, calls, a hand-off, and why its sessions end', async ({
  baton,
  newcomer,
  told,
}) => {
  const source = newcomer()
  await source.signIn()
  const { sid } = (await source.session()) as { sid: string }
  const [done] = await told('sign_in.done', { sid })
  expect(done).toMatchObject({ provider: 'demo', requestId: expect.stringMatching(ownId) })
  await told('sign_in.begun', { provider: 'demo' })

  const { nonce } = await source.askForNonce({ redirect_to: '/session?secret=1' })
  const target = newcomer()
  expect((await target.redeem(nonce)).status).toBe(303)
  const child = ((await target.session()) as { sid: string }).sid
  for (const event of ['handoff.issued', 'handoff.shown', 'handoff.redeemed'])
    await told(event, { sourceSessionId: sid })
  await source.ownPage('/api/backends/demo/api/authenticated/greeting?secret=2')
  await source.signOut()

  const [ended] = await told('session.ended', { why: 'signed_out' })
  expect(ended?.sids).toEqual(expect.arrayContaining([sid, child]))
  await told('handoff.revoked', { sessionId: child, reason: 'signed_out' })

  const mine = () => accessLines(baton).filter((line) => line.sid === sid || line.sid === child)
  await expect
    .poll(() => mine().map(({ method, route }) => `${method} ${route}`))
    .toEqual(
      expect.arrayContaining([
        'GET /api/auth/callback/*',
        'POST /api/nonce',
        'POST /handoff',
        'GET /api/backends/*',
        'POST /api/auth/signout',
      ]),
    )
  expect(mine().find(({ route }) => route === '/api/backends/*')).toMatchObject({
    sid,
    backend: 'demo',
    status: 200,
    ms: expect.any(Number),
    bytes: expect.any(Number),
    address: '127.0.0.1',
  })
  expect(baton.log()).not.toMatch(/secret=|greeting/)
})

test('a session that a new sign-in replaces says so', async ({ signedIn, told }) => {
  const person = await signedIn()
  const { sid } = (await person.session()) as { sid: string }
  await person.signIn('bob')
  await told('session.ended', { sids: [sid], why: 'replaced' })
})

test('a refresh is told, one that the provider refuses as well, and that it is for good', async ({
  signedIn,
  expired,
  partners,
  told,
}) => {
  const person = await expired(() => signedIn())
  await person.ownPage('/api/backends/demo/api/authenticated/greeting')
  const [done] = await told('refresh.done', { provider: 'demo' })
  expect(done?.tokenSet).toMatch(ownId)

  const other = await expired(() => signedIn('bob'))
  partners.tokenDoor.before = async (_, res) => {
    res.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
  }
  try {
    expect((await other.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(401)
  } finally {
    delete partners.tokenDoor.before
  }
  const [failed] = await told('refresh.failed', { provider: 'demo' })
  expect(failed).toMatchObject({ level: 'warn', description: expect.stringContaining('invalid_grant') })
  await told('refresh.given_up', { tokenSet: failed?.tokenSet })
})

test('token exchanges tell the client, the session and what was issued', async ({ app, told, partners }) => {
  const webNonce = await app.webNonce()
  const [first] = (await told('token_exchange.done', { client: 'app', issued: 'web_nonce' })).slice(-1)
  await app.jwt(webNonce)
  await told('token_exchange.done', {
    client: 'app',
    sid: first?.sid,
    issued: 'access_token',
    audience: partners.backendUrl,
  })
  await told('access', { client: 'app', sid: first?.sid, route: '/oidc/token' })
  await app.exchange({ subject_token: 'x', subject_token_type: 'y' })
  await told('client.refused', { client: 'app', code: 'invalid_request' })
})

test('a backend that dies is told once, and that it is back', async ({
  signedIn,
  told,
  deadPort,
  closing,
}) => {
  const person = await signedIn()
  const call = () => person.ownPage('/api/backends/dead/x')
  await Promise.all(Array.from({ length: 25 }, call))
  expect(await told('backend.down')).toMatchObject([{ level: 'warn', backend: 'dead', seconds: 5 }])
  await closing(listen((_, res) => res.end('back'), deadPort))
  await sleep(5_000)
  expect((await call()).status).toBe(200)
  expect(await told('backend.up')).toMatchObject([{ level: 'info', backend: 'dead' }])
  expect(await told('backend.down')).toHaveLength(1)
})

test('a request that is none, and one that names no address, have their line too', async ({
  baton,
  told,
  host,
}) => {
  const idIn = (answer: string) => /x-request-id: (\S+)/i.exec(answer)?.[1]
  const junk = idIn(await rawExchange(baton.address, 'JUNK\r\n\r\n'))
  expect(await told('access', { requestId: junk })).toMatchObject([{ status: 400, address: '127.0.0.1' }])
  const star = `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
  const [line] = await told('access', { requestId: idIn(await rawExchange(baton.address, star)) })
  expect(line).toMatchObject({ method: 'OPTIONS', status: 400 })
})

test('a WebSocket has one line, when it closes', async ({ baton, person, host, told }) => {
  const { sid } = (await person.session()) as { sid: string }
  const opened = new WebSocket(`${baton.url.replace('http', 'ws')}/api/backends/rooms/echo`, {
    headers: { cookie: await person.cookies(), origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
  } as never)
  await once(opened, 'open')
  const upgrades = () => accessLines(baton).filter(({ status }) => status === 101)
  expect(upgrades()).toEqual([])
  opened.close()
  const [line] = await told('access', { status: 101 })
  expect(line).toMatchObject({ route: '/api/backends/*', backend: 'rooms', sid })
  expect(line).not.toHaveProperty('aborted')
})

test('every line of the standard output is JSON, of an event of the catalogue at its level', async ({
  baton,
  newcomer,
}) => {
  await (await newcomer().request('/')).text()
  await settledLines(baton)
  const written = baton.log().split('\n')
  const lines = written.slice(0, -1).map((line) => JSON.parse(line) as LogLine)
  expect(lines.length).toBeGreaterThan(50)
  for (const line of lines) {
    const event = events[line.event as keyof typeof events]
    expect(event).toBeDefined()
    expect(line).toMatchObject({
      level: event.level,
      msg: event.message,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    const always = ['level', 'time', 'event', 'msg', 'requestId', 'traceId', 'help']
    const listed: readonly string[] = event.fields
    const fields = Object.keys(line).filter((name) => !always.includes(name))
    expect(fields.filter((name) => !listed.includes(name))).toEqual([])
  }
})

test('for people lines are text, and a stop is the last one', async ({ startAnother }) => {
  const another = await startAnother({ env: { LOG_FORMAT: 'pretty' } })
  await fetch(`${another.address}/api/health`)
  expect(await another.stop()).toBe(0)
  await expect.poll(() => another.log()).toMatch(/INFO: Baton has stopped .*"exitCode":0[^\n]*\n$/)
  const access = /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: answered .*"route":"\/api\/health"/gm
  expect(another.log().match(access)).toHaveLength(1)
})

test('a stop tells its signal, and is the last line', async ({ startAnother }) => {
  const another = await startAnother()
  expect(await another.stop()).toBe(0)
  await expect
    .poll(() => logLines(another).slice(-2))
    .toMatchObject([
      { event: 'server.stopping', signal: 'SIGTERM', drainSeconds: 0 },
      { event: 'server.stopped', exitCode: 0 },
    ])
})
