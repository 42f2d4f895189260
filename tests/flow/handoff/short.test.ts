import { expect } from 'vitest'
import { postNonce } from '../../support/ask-for-nonce.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { fullConfig } from '../../support/full-config.ts'
import type { Person } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

const test = base
  .extend('setup', perFile, {
    config: (partners) =>
      fullConfig(partners, {
        handoff: { sessionTtl: 1200 },
        webNonces: { idleTime: 600, lifetime: 900 },
      }),
  } satisfies Setup)
  .extend('handedOver', ({ newcomer }) => async (nonce: string): Promise<Person> => {
    const target = newcomer()
    expect((await target.redeem(nonce)).status).toBe(303)
    return target
  })
  /** A nonce that an app asks for, by its web nonce or by its ID token. */
  .extend('nonceOfApp', ({ baton }) => async (proof: { webNonce: string } | { idToken: string }) => {
    const byToken = 'idToken' in proof
    const headers: Record<string, string> = byToken ? {} : { authorization: `Bearer ${proof.webNonce}` }
    const answer = await postNonce(baton.url, byToken ? { token: proof.idToken } : {}, headers)
    return ((await answer.json()) as { nonce: string }).nonce
  })

async function secondsLeft(browser: Person): Promise<number> {
  const session = (await browser.session()) as unknown as { expires: string }
  return (Date.parse(session.expires) - Date.now()) / 1000
}

test('a session that began by a hand-off does not hand over', async ({ person, handedOver }) => {
  const child = await handedOver((await person.askForNonce()).nonce)
  const answer = await child.ownPage('/api/nonce', { method: 'POST', body: new URLSearchParams() })
  await expectRefusal(answer, 403, 'access_denied')
  expect(await (await child.request('/')).text()).not.toContain('>Show a code<')
})

test('it lives for `sessionTtl` at most', async ({ person, handedOver }) => {
  const child = await handedOver((await person.askForNonce()).nonce)
  const left = await secondsLeft(child)
  expect(left).toBeGreaterThan(900)
  expect(left).toBeLessThanOrEqual(1200)
})

test('one that an ID token began lives no longer than a web nonce', async ({
  app,
  nonceOfApp,
  handedOver,
}) => {
  const child = await handedOver(await nonceOfApp({ idToken: await app.idToken({ sub: 'short' }) }))
  const left = await secondsLeft(child)
  expect(left).toBeGreaterThan(600)
  expect(left).toBeLessThanOrEqual(900)
})

test('it is not offered to sign out everywhere, and cannot', async ({ signedIn, handedOver }) => {
  const source = await signedIn()
  const child = await handedOver((await source.askForNonce()).nonce)
  expect(await (await source.request('/sign-out')).text()).toContain('Sign out everywhere')
  expect(await (await child.request('/sign-out')).text()).not.toContain('Sign out everywhere')
  const body = new URLSearchParams({ everywhere: '1' })
  expect((await child.ownPage('/sign-out', { method: 'POST', body })).status).toBe(303)
  expect(await child.session()).toBeNull()
  expect((await source.ownPage(greeting)).status).toBe(200)
})

test.for([
  { by: 'its own ID token', claims: {} },
  { by: 'another ID token of that sign-in', claims: { auth_time: Math.floor(Date.now() / 1000) - 60 } },
  { by: 'an ID token of the same `sid`', claims: { sid: 'one' } },
  { by: 'its web nonce', claims: {} },
])(
  'a session that began by $by ends with the session of the app',
  async ({ by, claims }, { app, nonceOfApp, handedOver }) => {
    const of = { sub: `app of ${by}`, ...claims }
    const own = await app.idToken(of)
    const webNonce = await app.webNonce(own)
    const idToken = by === 'its own ID token' ? own : await app.idToken({ ...of, jti: 'another' })
    const child = await handedOver(await nonceOfApp(by === 'its web nonce' ? { webNonce } : { idToken }))
    expect(await child.session()).not.toBeNull()
    await app.revoke(webNonce)
    expect(await child.session()).toBeNull()
  },
)

test('an ID token of another sign-in, person or app has no part in it', async ({
  app,
  nonceOfApp,
  handedOver,
}) => {
  const webNonce = await app.webNonce(
    await app.idToken({ sub: 'apart', auth_time: 1_700_000_000, sid: 'one' }),
  )
  const others = [
    await app.idToken({ sub: 'apart', auth_time: 1_700_000_001, sid: 'two' }),
    await app.idToken({ sub: 'apart' }),
    await app.idToken({ sub: 'somebody else', auth_time: 1_700_000_000, sid: 'one' }),
  ]
  const children = []
  for (const idToken of others) children.push(await handedOver(await nonceOfApp({ idToken })))
  await app.revoke(webNonce)
  for (const child of children) expect(await child.session()).not.toBeNull()
})

test('its own sign-out leaves the app alone', async ({ app, nonceOfApp, handedOver }) => {
  const webNonce = await app.webNonce(await app.idToken({ sub: 'leaves' }))
  const child = await handedOver(await nonceOfApp({ webNonce }))
  await child.signOut()
  expect(await (await app.introspect(webNonce)).json()).toMatchObject({ active: true })
})

test('a use of it is a use of the web nonce, and it ends when both are idle', async ({
  app,
  nonceOfApp,
  handedOver,
  sql,
}) => {
  const webNonce = await app.webNonce(await app.idToken({ sub: 'idle' }))
  const child = await handedOver(await nonceOfApp({ webNonce }))
  const sid = (await child.session())?.sid
  const leftOfApp = async () => {
    const [row] = await sql<{ left: number }>(
      `SELECT extract(epoch FROM idle_until - now())::float AS left FROM sessions
       WHERE id = (SELECT parent_id FROM sessions WHERE id = $1)`,
      [sid],
    )
    return row?.left ?? 0
  }
  const setLeft = (seconds: number) =>
    sql(
      `UPDATE sessions SET idle_until = now() + make_interval(secs => $2)
       WHERE id = (SELECT parent_id FROM sessions WHERE id = $1)`,
      [sid, seconds],
    )
  await setLeft(100)
  // An own page reads the session each time; calls record a use once a minute.
  expect((await child.request('/sessions')).status).toBe(200)
  await child.redeem('none')
  expect((await child.request('/handoff?nonce=none')).status).toBe(410)
  await expect.poll(leftOfApp).toBeGreaterThan(500)
  await setLeft(-1)
  expect((await child.request('/sessions')).status).toBe(307)
  expect(await (await app.introspect(webNonce)).json()).toEqual({ active: false })
})
