import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { fullConfig } from '../../support/full-config.ts'
import { follow, relyingParty } from '../../support/relying-party.ts'
import { perFile } from '../../support/test.ts'
import { accessTokenType, test as base, idTokenType } from '../../support/test-apps.ts'
import { signInAt } from '../../support/test-oidc.ts'

const folder = await mkdtemp(join(tmpdir(), 'baton-hooks-'))
const told = join(folder, 'told')
/** While it is there, `claims` fails. */
const away = join(folder, 'away')

// What a sign-in asks for is in its ID token: `ask` of an app's, `sub` at the demo's provider.
const hooks = `
import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const tell = (what: object) => appendFileSync(${JSON.stringify(told)}, JSON.stringify(what) + '\\n')

export async function onSignIn({ claims, provider, issuer, subject, door }, { signal }) {
  tell({ signIn: { provider, issuer, subject, door, name: claims.name } })
  if (claims.sub === 'bob' || claims.ask === 'refuse') return false
  if (claims.ask === 'throw') throw new Error('the directory is away')
  if (claims.ask === 'wait') await sleep(20_000, undefined, { signal })
  if (claims.ask === 'odd') return { roles: ['staff'] }
  if (claims.ask === 'null') return null
  if (claims.ask === 'no') return 'no'
  if (claims.ask === 'error') return new Error('not found')
  if (claims.ask === 'partly') return { name: 'Dr. Partly', email: undefined }
  if (claims.ask === 'change') claims.sub = 'somebody else'
  if (claims.sub === 'demo' || claims.ask === 'map') return { name: 'Dr. Demo', email: 'dr@example.org' }
}

export async function claims({ session, client, token }) {
  const { subject } = session.user
  tell({ claims: subject, use: token.use })
  if (existsSync(${JSON.stringify(away)})) throw new Error('the directory is away')
  if (subject.startsWith('blocked')) for (const end = Date.now() + 1200; Date.now() < end; );
  if (subject.startsWith('reserved')) return { sub: 'root' }
  if (subject.startsWith('thrown')) throw new Error('the directory is away')
  if (subject.startsWith('huge')) return { roles: 'x'.repeat(5000) }
  if (subject.startsWith('slow')) await sleep(5_000)
  return { roles: ['staff'], about: { ...session.user, client: client.clientId, ...token } }
}

export function onEvent(event) {
  tell({ event: event.type, nonce: event.nonce })
  throw new Error('the queue is full')
}
`

const test = base
  .extend('setup', perFile, { config: fullConfig, hooks })
  /** Exchanges an ID token with such claims for a web nonce. */
  .extend('exchange', ({ app }) => async (claims: Record<string, unknown>) => {
    const subject_token = await app.idToken({ sub: randomUUID(), ...claims })
    const answer = await app.exchange({ subject_token, subject_token_type: idTokenType })
    const body = (await answer.json()) as { access_token?: string; error?: string }
    return { status: answer.status, ...body }
  })
  /** The web nonce of a person with a subject that begins like this. */
  .extend('signIn', ({ exchange }) => async (subject: string, claims: Record<string, unknown> = {}) => {
    const { access_token } = await exchange({ sub: `${subject} ${randomUUID()}`, ...claims })
    return String(access_token)
  })

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')
const toldLines = () => linesOf(readFileSync(told, 'utf8')).map((line) => JSON.parse(line))

test('onSignIn refuses somebody in the browser, by the page of those who are not let in', async ({
  newcomer,
  baton,
}) => {
  const before = baton.log().length
  const error = await newcomer()
    .signIn('bob')
    .then(() => 'signed in', String)
  expect(error).toContain('/error?error=NotAllowed')
  const log = () => baton.log().slice(before)
  await expect
    .poll(log)
    .toMatch(/"event":"hook.refused","hook":"onSignIn","provider":"demo","door":"browser"/)
})

test('onSignIn maps what is shown, and changes nothing of who it is', async ({ signedIn, sql }) => {
  const person = await signedIn('demo')
  expect(await person.session()).toMatchObject({ user: { name: 'Dr. Demo', email: 'dr@example.org' } })
  const [user] = await sql('SELECT subject, name FROM users WHERE id = $1', [
    (await person.session())?.user.id,
  ])
  expect(user).toEqual({ subject: 'demo', name: 'Dr. Demo' })
  expect(toldLines()).toContainEqual({
    signIn: {
      provider: 'demo',
      issuer: expect.any(String),
      subject: 'demo',
      door: 'browser',
      name: 'Demo User',
    },
  })
})

test('onSignIn is asked at the doors of apps as well, and cannot change the claims', async ({
  exchange,
  app,
  baton,
  sql,
}) => {
  expect(await exchange({ ask: 'refuse' })).toMatchObject({ status: 403, error: 'access_denied' })
  const token = await app.idToken({
    sub: randomUUID(),
    ask: 'refuse',
    aud: ['app', `${baton.url}/api/nonce`],
  })
  const nonce = await app.post('/api/nonce', { token })
  expect([nonce.status, ((await nonce.json()) as { error: string }).error]).toEqual([403, 'access_denied'])
  const sub = randomUUID()
  expect(await exchange({ sub, ask: 'change' })).toMatchObject({ status: 200 })
  const whose = 'SELECT upstream_subject FROM sessions JOIN users ON users.id = user_id WHERE subject = $1'
  expect(await sql(whose, [sub])).toEqual([{ upstream_subject: sub }])
  const mapped = randomUUID()
  expect(await exchange({ sub: mapped, ask: 'map' })).toMatchObject({ status: 200 })
  expect(await sql('SELECT name FROM users WHERE subject = $1', [mapped])).toEqual([{ name: 'Dr. Demo' }])
  const partly = randomUUID()
  expect(await exchange({ sub: partly, ask: 'partly', email: 'p@example.org' })).toMatchObject({
    status: 200,
  })
  const shown = await sql('SELECT name, email FROM users WHERE subject = $1', [partly])
  expect(shown).toEqual([{ name: 'Dr. Partly', email: 'p@example.org' }])
})

test.for(['throw', 'wait', 'odd', 'null', 'no', 'error'])(
  'an onSignIn that fails (%s) lets nobody in, and the log says why',
  async (ask, { exchange, baton, sql }) => {
    const [before, sub] = [baton.log().length, randomUUID()]
    expect(await exchange({ sub, ask })).toMatchObject({ status: 503, error: 'temporarily_unavailable' })
    expect(await sql('SELECT 1 FROM users WHERE subject = $1', [sub])).toEqual([])
    const why =
      { throw: 'the directory is away', wait: '5000 ms', odd: 'gave roles' }[ask] ?? 'an object or nothing'
    const line = new RegExp(`"event":"hook.failed","hook":"onSignIn".*${why}`)
    await expect.poll(() => baton.log().slice(before)).toMatch(line)
  },
)

test('claims are in access tokens and in ID tokens, and know whose and for whom', async ({
  app,
  signIn,
  baton,
  partners,
  signedIn,
}) => {
  const webNonce = await signIn('reader')
  const exchanged = await app.exchange({
    subject_token: webNonce,
    subject_token_type: accessTokenType,
    resource: partners.backendUrl,
  })
  const { access_token } = (await exchanged.json()) as { access_token: string }
  expect(decodeJwt(access_token)).toMatchObject({
    roles: ['staff'],
    client_id: 'app',
    about: {
      subject: expect.stringMatching(/^reader /),
      issuer: partners.trustedIssuer.trust.issuer,
      client: 'app',
      use: 'access_token',
      audience: partners.backendUrl,
    },
  })
  const web = await relyingParty(baton.url, 'web')
  const tokens = await signInAt(web, await signedIn('demo'))
  expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({
    aud: 'web',
    name: 'Dr. Demo',
    roles: ['staff'],
    about: { subject: 'demo', client: 'web', use: 'id_token', audience: 'web' },
  })
})

test.for([
  ['reserved', 'may not set sub'],
  ['thrown', 'the directory is away'],
  ['huge', 'more than 4096 bytes'],
  ['slow', '1000 ms'],
  ['blocked', '1000 ms'],
])(
  'where claims fail (%s) no token is issued, and the log says why',
  async ([subject = '', why = ''], { app, signIn, baton, partners }) => {
    const webNonce = await signIn(subject)
    const before = baton.log().length
    const exchanged = await app.exchange({
      subject_token: webNonce,
      subject_token_type: accessTokenType,
      resource: partners.backendUrl,
    })
    expect(exchanged.status).toBe(503)
    expect(await exchanged.json()).toMatchObject({ error: 'temporarily_unavailable' })
    const call = await fetch(`${baton.url}/api/backends/demo/api/authenticated/greeting`, {
      headers: { authorization: `Bearer ${webNonce}` },
    })
    expect([call.status, ((await call.json()) as { error: string }).error]).toEqual([
      503,
      'temporarily_unavailable',
    ])
    await expect.poll(() => baton.log().slice(before)).toContain(why)
  },
)

test('an e-mail address is told to claims when it is verified, and only then', async ({
  app,
  signIn,
  partners,
}) => {
  const aboutOf = async (claims: Record<string, unknown>) => {
    const subject_token = await signIn('mail', claims)
    const resource = partners.backendUrl
    const answer = await app.exchange({ subject_token, subject_token_type: accessTokenType, resource })
    return decodeJwt(((await answer.json()) as { access_token: string }).access_token).about
  }
  const email = 'ada@example.org'
  expect(await aboutOf({ email, email_verified: true })).toMatchObject({ email })
  for (const claims of [{ email }, { email, email_verified: false }])
    expect(await aboutOf(claims)).not.toHaveProperty('email')
  // Nor is one that a hook has given.
  expect(await aboutOf({ ask: 'map', email, email_verified: true })).not.toHaveProperty('email')
})

test('calls of one session for one token ask claims once', async ({ signIn, baton }) => {
  const webNonce = await signIn('parallel')
  const before = toldLines().length
  const calls = Array.from({ length: 20 }, () =>
    fetch(`${baton.url}/api/backends/demo/api/authenticated/greeting`, {
      headers: { authorization: `Bearer ${webNonce}` },
    }),
  )
  expect(new Set((await Promise.all(calls)).map(({ status }) => status))).toEqual(new Set([200]))
  const lines = toldLines().slice(before)
  expect(lines.filter(({ claims }) => claims?.startsWith('parallel'))).toHaveLength(1)
})

test('claims that fail cost a client neither its code nor its refresh token', async ({ baton, signedIn }) => {
  const web = await relyingParty(baton.url, 'web')
  const person = await signedIn('demo')
  const { url, checks } = await web.begin()
  const arrived = (await follow(person, url)).url
  const whileAway = async (ask: () => Promise<unknown>) => {
    writeFileSync(away, '')
    try {
      await expect(ask()).rejects.toThrow()
    } finally {
      rmSync(away)
    }
    // A failure answers for a second.
    await sleep(1_100)
  }
  await whileAway(() => web.finish(arrived, checks))
  const { refresh_token = '' } = await web.finish(arrived, checks)
  await whileAway(() => web.refresh(refresh_token))
  const refreshed = await web.refresh(refresh_token)
  expect(decodeJwt(refreshed.id_token ?? '')).toMatchObject({ roles: ['staff'] })
})

test('onEvent is told of the trail, and what it throws is logged and harms nobody', async ({
  signedIn,
  newcomer,
  baton,
}) => {
  const person = await signedIn('demo')
  const before = toldLines().length
  const logged = baton.log().length
  const { nonce } = await person.askForNonce()
  expect((await newcomer().redeem(nonce)).status).toBeLessThan(400)
  const eventsOf = () =>
    toldLines()
      .slice(before)
      .flatMap((line) => line.event ?? [])
  await expect.poll(eventsOf).toEqual(expect.arrayContaining(['issued', 'redeemed']))
  expect(readFileSync(told, 'utf8')).not.toContain(nonce)
  await expect.poll(() => baton.log().slice(logged)).toContain('the queue is full')
})
