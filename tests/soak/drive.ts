import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { endpointAt } from '#lib/endpoints/all.ts'
import { deviceCodeGrant, idTokenType, tokenExchange } from '#lib/oauth/urns.ts'
import { approveBrowser, askAsBrowser, openCode } from '../support/another-device.ts'
import { newPerson } from '../support/person.ts'
import type { Stage } from '../support/stage.ts'

/** People whose apps ask for something; each is a row that stays. */
const people = 20
const demoBackend = `Basic ${btoa('demo-backend:demo-backend-secret')}`

/** What was answered so far. */
type Driven = { answers: Record<string, number>; faults: string[]; paths: Set<string> }

/**
 * Does what strangers, apps and browsers do at every endpoint, until the signal is aborted. An answer of 500
 * or more, and one that never comes, is a fault.
 */
export async function drive(stage: Stage, signal: AbortSignal): Promise<Driven> {
  const driven: Driven = { answers: {}, faults: [], paths: new Set() }
  const roles = [stranger, stranger, stranger, rudeStranger, app, app, browser, browser, newcomer]
  const play = async (role: Role) => {
    while (!signal.aborted) {
      const act = actorOf(stage, driven)
      await role(act).catch((error: Error) => driven.faults.push(`${role.name}: ${error.message}`))
      // A role that cannot go on must not spin.
      await sleep(5)
    }
  }
  await Promise.all(roles.map(play))
  return driven
}

type Actor = ReturnType<typeof actorOf>
type Role = (actor: Actor) => Promise<void>

/** Somebody at an address of their own. */
function actorOf(stage: Stage, driven: Driven) {
  const { baton } = stage
  const address = `198.51.${any(256)}.${any(256)}`
  const note = (path: string) => void driven.paths.add(endpointAt(new URL(path, baton.url).pathname).path)
  const watch = (path: string, answer: Response) => {
    note(path)
    driven.answers[answer.status] = (driven.answers[answer.status] ?? 0) + 1
    if (answer.status >= 500) driven.faults.push(`${answer.status} at ${path.slice(0, 200)}`)
    return answer
  }
  const browserOf = () => newPerson(baton.url, note, { 'x-forwarded-for': address })
  /** Sends a request without a cookie, and reads its answer to the end. */
  async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
    const headers = { 'x-forwarded-for': address, ...(init.headers as Record<string, string>) }
    const answer = await fetch(baton.url + path, {
      redirect: 'manual',
      signal: AbortSignal.timeout(60_000),
      ...init,
      headers,
    })
    return { status: watch(path, answer).status, text: await answer.text() }
  }
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(path, { method: 'POST', body: new URLSearchParams(form), headers })
  return { stage, browserOf, ask, post, note }
}

const pages = [
  '/',
  '/session',
  '/sessions',
  '/activity',
  '/sign-in',
  '/sign-in/another-device',
  '/sign-in/another-device/state',
  '/sign-out',
  '/preview',
  '/preview/handoff',
  '/error?error=Expired',
  '/nothing/at/all',
  '/api/health',
  '/api/ready',
  '/api/version',
  '/api/sessions',
  '/api/sessions/events',
  '/.well-known/security.txt',
  '/metrics',
  '/api/auth/session',
  '/api/auth/providers',
  '/api/auth/csrf',
  '/api/nothing',
  '/api/backends/demo/api/authenticated/greeting',
  '/oidc/.well-known/openid-configuration',
  '/oidc/jwks',
  '/oidc/userinfo',
  '/oidc/nothing',
  '/brand/logo-light',
  '/brand/applications/web',
  '/_next/static/chunks/nothing.js',
]

async function stranger({ ask, post, stage }: Actor): Promise<void> {
  const random = randomText()
  await ask(pages[any(pages.length)] as string)
  await ask(`/handoff?nonce=${random}`)
  await post('/handoff', { nonce: random })
  await ask(`/oidc/authorize?${authorization(stage, random)}`)
  await ask(`/interaction/${random}`)
  await ask(`/oidc/logout?client_id=web&state=${random}`)
  await ask(`/api/auth/callback/demo?state=${random}&code=${random}`)
  await ask('/', { headers: { cookie: `baton.session=${random}; baton.state.${random}=${random}` } })
  await post('/sign-in', { provider: 'demo', callbackUrl: `/${random}` }, { origin: stage.baton.url })
  await post('/language', { language: 'de', callbackUrl: `/${random}` }, { origin: stage.baton.url })
  await post('/api/nonce', { token: `${random}.${random}.${random}` })
  await post('/oidc/token', { grant_type: 'authorization_code', code: random, client_id: 'app' })
  await post('/oidc/introspect', { token: random }, { authorization: `Basic ${btoa(`web:${random}`)}` })
  await post('/api/token', {}, { authorization: `Bearer ${random}` })
  await post('/api/device', { user_code: random }, { authorization: `Bearer ${random}` })
  await post('/oidc/device_authorization', { client_id: random })
  await post('/oidc/token', { grant_type: deviceCodeGrant, device_code: random, client_id: 'tv' })
  await ask(`/device?user_code=${random}`)
  await post('/device', { user_code: random, approve: 'yes', csrf_token: random })
  await post('/api/backchannel-logout', { logout_token: random })
  await post('/api/global-token-revocation', {}, { authorization: `Bearer ${random}` })
  await post('/sessions', { sid: random }, { 'sec-fetch-site': 'same-origin' })
  await ask(`/api/sessions/${random}`, { method: 'DELETE' })
  await post('/api/auth/signin/demo', { csrfToken: random })
  await post('/api/auth/signout', { csrfToken: random })
  await post('/sign-out/provider', {}, { 'sec-fetch-site': 'same-origin' })
  await post('/oidc/authorize', Object.fromEntries(authorization(stage, random)))
  await post('/oidc/logout', { state: random })
  await post('/oidc/logout/confirm', { xsrf: random })
  await ask('/handoff', { method: 'HEAD' })
  await ask('/.well-known/oauth-authorization-server/oidc')
  await ask('/api/revocations', { headers: { authorization: `Basic ${btoa(`web:${random}`)}` } })
}

// Breaks off in the middle of requests and answers.
async function rudeStranger({ stage }: Actor): Promise<void> {
  const { hostname, port, host } = new URL(stage.baton.url)
  const heads = [
    'POST /api/nonce HTTP/1.1\r\nContent-Length: 1000\r\n',
    'GET /handoff?nonce=x HTTP/1.1\r\n',
    'POST /api/backends/demo/x HTTP/1.1\r\nContent-Length: 100000\r\n',
    'GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n',
    'GET / HT',
  ]
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(`${heads[any(heads.length)]}Host: ${host}\r\n\r\nx`)
  await sleep(any(50))
  socket.destroy()
}

async function app({ ask, post, stage, browserOf }: Actor): Promise<void> {
  const sub = `person ${any(people)}`
  const idToken = await stage.partners.trustedIssuer.idToken(stage.baton.url, { sub, jti: randomText() })
  const asked = await post('/api/nonce', { token: idToken })
  const { nonce } = JSON.parse(asked.text) as { nonce?: string }
  if (nonce !== undefined) await browserOf().redeem(nonce)
  const exchanged = await post('/oidc/token', {
    grant_type: tokenExchange,
    client_id: 'app',
    subject_token: idToken,
    subject_token_type: idTokenType,
  })
  const { access_token: webNonce = '' } = JSON.parse(exchanged.text) as { access_token?: string }
  const bearer = { authorization: `Bearer ${webNonce}` }
  await post('/oidc/introspect', { token: webNonce }, { authorization: demoBackend })
  await ask('/api/backends/demo/api/authenticated/greeting', { headers: bearer })
  await ask('/api/backends/demo/api/authenticated/bytes/20000', { headers: bearer })
  const other = JSON.parse((await post('/api/nonce', { approval: 'source' }, bearer)).text)
  await browserOf().redeem(other.nonce)
  const status = await ask(`/api/nonce/status?nonce=${other.nonce}`, { headers: bearer })
  const { number = '' } = JSON.parse(status.text) as { number?: string }
  await post('/api/nonce/approval', { nonce: other.nonce, number, approve: 'yes' }, bearer)
  await ask('/api/token', { method: 'POST', headers: bearer })
  await ask('/oidc/userinfo', { headers: bearer })
  await television({ post }, bearer)
  await listen(stage.baton.url, [
    ['/api/backends/demo/api/authenticated/events', bearer],
    ['/api/revocations', { authorization: demoBackend }],
  ])
  await post('/oidc/revoke', { token: webNonce, client_id: 'app' })
}

// A television shows a code, the app looks at it and signs it in, and the television gets its tokens.
async function television({ post }: Pick<Actor, 'post'>, bearer: Record<string, string>): Promise<void> {
  const { text } = await post('/oidc/device_authorization', { client_id: 'tv', scope: 'openid' })
  const { user_code = '', device_code = '' } = JSON.parse(text) as Record<string, string>
  await post('/api/device', { user_code }, bearer)
  await post('/api/device', { user_code, approve: 'yes' }, bearer)
  await post('/oidc/token', { grant_type: deviceCodeGrant, device_code, client_id: 'tv' })
}

// Opens event streams, and leaves each.
async function listen(
  baton: string,
  streams: readonly (readonly [path: string, headers: Record<string, string>])[],
): Promise<void> {
  for (const [path, headers] of streams) {
    const leave = new AbortController()
    const answer = await fetch(baton + path, { headers, signal: leave.signal })
    await answer.body?.getReader().read()
    leave.abort()
  }
}

async function browser({ browserOf }: Actor): Promise<void> {
  const person = browserOf()
  await person.signIn(any(2) === 0 ? 'demo' : 'bob')
  await person.request('/')
  await person.request('/sessions')
  await person.request('/activity')
  await person.ownPage('/api/sessions')
  await person.ownPage('/api/backends/demo/api/authenticated/greeting')
  await person.ownPage('/api/backends/demo/api/authenticated/echo', { method: 'POST', body: randomText() })
  const { nonce } = await person.askForNonce()
  const view = browserOf()
  await view.redeem(nonce)
  await view.ownPage('/api/backends/demo/api/authenticated/greeting')
  // Some people sign out, and most never do.
  if (any(3) === 0) await person.signOut()
}

// Asks another device, which is signed in, to sign it in.
async function newcomer({ browserOf, note, stage }: Actor): Promise<void> {
  const [person, waiting] = [browserOf(), browserOf()]
  await person.signIn('demo')
  const code = await askAsBrowser(waiting)
  const events = '/sign-in/another-device/events'
  note(events)
  await listen(stage.baton.url, [[events, { cookie: await waiting.cookies(events) }]])
  if (any(3) === 0) await openCode(person, code)
  else await approveBrowser(person, waiting, code)
  await waiting.request('/sign-in/another-device')
}

function authorization(stage: Stage, state: string): URLSearchParams {
  return new URLSearchParams({
    client_id: 'web',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: 'http://127.0.0.1:4999/callback',
    code_challenge: randomText(),
    code_challenge_method: 'S256',
    state: `${state} at ${stage.baton.url}`,
  })
}

function any(below: number): number {
  return Math.floor(Math.random() * below)
}

function randomText(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
}
