import { expect } from 'vitest'
import { type Baton, startBaton } from '../../support/baton.ts'
import { type CallOptions, httpCall, type Reply } from '../../support/clients/http-call.ts'
import { fullConfig } from '../../support/full-config.ts'
import type { Person } from '../../support/person.ts'
import { follow } from '../../support/relying-party.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { type App, test as base, errorOf, signInAt } from '../../support/test-oidc.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

const test = base
  .extend('setup', perFile, {
    config: (partners) => fullConfig(partners, { sessions: { idleTime: 600 } }),
  } satisfies Setup)
  /** Another instance, which has seen none of the sessions. */
  .extend('other', perFile, ({ startAnother }) => startAnother())
  /** An instance on the same database without an idle time. */
  .extend('lasting', perFile, async ({ stage, partners, closing }) => {
    const baton = await startBaton({
      config: fullConfig(partners),
      database: { url: stage.databaseUrl },
      publicPort: stage.publicPort,
    })
    closing({ close: baton.stop })
    return baton
  })
  /** Calls an instance from a page of Baton's, in the session of this person. */
  .extend(
    'callAt',
    perFile,
    ({ host }) =>
      async (baton: Baton, person: Person, path: string, options: CallOptions = {}): Promise<Reply> => {
        const headers = { host, cookie: await person.cookies(path), 'sec-fetch-site': 'same-origin' }
        return httpCall(baton.address, path, { headers, ...options })
      },
  )
  /** Reads and writes the seconds until the idle end of a session. */
  .extend('idleEnd', perFile, ({ sql }) => ({
    async of(sid: string | undefined): Promise<number | null> {
      const [row] = await sql<{ left: number | null }>(
        'SELECT extract(epoch FROM idle_until - now())::float AS left FROM sessions WHERE id = $1',
        [sid],
      )
      return row?.left ?? null
    },
    set: (sid: string | undefined, seconds: number) =>
      sql('UPDATE sessions SET idle_until = now() + make_interval(secs => $2) WHERE id = $1', [sid, seconds]),
  }))

const sidOf = async (person: Person) => (await person.session())?.sid

test.for(['/api/auth/session', greeting, '/', '/sessions', '/activity'])(
  '%s is a use of the session, recorded once a minute by a process',
  async (path, { signedIn, idleEnd, callAt, other }) => {
    const person = await signedIn()
    const sid = await sidOf(person)
    await idleEnd.set(sid, 200)
    await callAt(other, person, path)
    expect(await idleEnd.of(sid)).toBeGreaterThan(200)
    await idleEnd.set(sid, 200)
    await callAt(other, person, path)
    expect(await idleEnd.of(sid)).toBeLessThanOrEqual(200)
  },
)

test('a hand-off page is a use of the session that stands in its browser', async ({ signedIn, idleEnd }) => {
  const [person, source] = [await signedIn(), await signedIn('bob')]
  const sid = await sidOf(person)
  const { nonce } = await source.askForNonce()
  await idleEnd.set(sid, 200)
  expect((await person.request(`/handoff?nonce=${nonce}`)).status).toBe(200)
  expect(await idleEnd.of(sid)).toBeGreaterThan(200)
})

test('what an application asks of the OpenID Provider is a use of the session behind it', async ({
  signedIn,
  idleEnd,
  web,
}) => {
  const person = await signedIn()
  const sid = await sidOf(person)
  const isRecorded = async (act: () => Promise<unknown>) => {
    await idleEnd.set(sid, 200)
    const result = await act()
    expect(await idleEnd.of(sid)).toBeGreaterThan(200)
    return result
  }
  const tokens = (await isRecorded(() => signInAt(web, person))) as Awaited<ReturnType<App['finish']>>
  await isRecorded(() => signInAt(web, person))
  await isRecorded(() => web.userinfo(tokens.access_token, tokens.claims()?.sub ?? ''))
  await isRecorded(() => web.refresh(tokens.refresh_token ?? ''))
})

test('a session that was idle for too long is refused everywhere, whatever its cookie says', async ({
  signedIn,
  newcomer,
  idleEnd,
  callAt,
  other,
  web,
}) => {
  const person = await signedIn()
  const tokens = await signInAt(web, person)
  const [sid, { nonce }] = [await sidOf(person), await person.askForNonce()]
  await idleEnd.set(sid, 0)
  expect((await callAt(other, person, greeting)).status).toBe(401)
  expect((await callAt(other, person, '/api/nonce', { method: 'POST' })).status).toBe(401)
  expect((await callAt(other, person, '/api/auth/session')).json()).toBeNull()
  expect((await newcomer().redeem(nonce)).status).toBe(410)
  await expect(web.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  const { url } = await web.begin({ prompt: 'none' })
  expect(errorOf((await follow(person, url)).url)).toBe('login_required')
  expect(await idleEnd.of(sid)).toBeLessThan(0)
})

test('a hand-off has an idle time of its own, by its own use', async ({
  signedIn,
  newcomer,
  idleEnd,
  callAt,
  other,
  sql,
}) => {
  const person = await signedIn()
  const [sid, target] = [await sidOf(person), newcomer()]
  await target.redeem((await person.askForNonce()).nonce)
  const [child] = await sql<{ id: string }>('SELECT id FROM sessions WHERE parent_id = $1', [sid])
  expect(await idleEnd.of(child?.id)).toBeGreaterThan(300)
  for (const of of [sid, child?.id]) await idleEnd.set(of, 200)
  expect((await callAt(other, target, greeting)).status).toBe(200)
  expect(await idleEnd.of(child?.id)).toBeGreaterThan(200)
  expect(await idleEnd.of(sid)).toBeLessThanOrEqual(200)
  await idleEnd.set(child?.id, 0)
  expect((await target.request('/handoff')).status).toBe(410)
  expect((await callAt(other, person, greeting)).status).toBe(200)
})

test('`expires` says the absolute end of the session, not its idle end', async ({ signedIn, sql }) => {
  const person = await signedIn()
  const { sid, expires } = (await person.session()) as unknown as { sid: string; expires: string }
  const [row] = await sql<{ expires_at: Date }>('SELECT expires_at FROM sessions WHERE id = $1', [sid])
  const end = Math.floor((row?.expires_at.getTime() ?? 0) / 1000)
  expect(Math.floor(Date.parse(expires) / 1000)).toBe(end)
})

test('a session from before a restart has the idle time of the configuration from its next use', async ({
  signedIn,
  idleEnd,
  callAt,
  other,
  lasting,
}) => {
  const person = await signedIn()
  const sid = await sidOf(person)
  expect(await idleEnd.of(sid)).toBeGreaterThan(300)
  expect((await callAt(lasting, person, greeting)).status).toBe(200)
  expect(await idleEnd.of(sid)).toBeNull()
  expect((await callAt(other, person, greeting)).status).toBe(200)
  expect(await idleEnd.of(sid)).toBeGreaterThan(300)
})
