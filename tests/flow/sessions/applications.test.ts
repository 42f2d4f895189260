import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { deviceCodeGrant } from '#lib/oauth/urns.ts'
import { answerCode } from '../../support/another-device.ts'
import { fullConfig } from '../../support/full-config.ts'
import type { Person } from '../../support/person.ts'
import { follow, pressContinue } from '../../support/relying-party.ts'
import { perFile } from '../../support/test.ts'
import { type App, test as base, signInAt } from '../../support/test-oidc.ts'

// Of its own: what other files let in, the same people have let in.
const test = base.extend('setup', perFile, { config: fullConfig })

/** The page of a person's sessions, without the marks that React puts between texts. */
const pageOf = async (person: Person) =>
  (await (await person.request('/sessions')).text()).replaceAll('<!-- -->', '')

const withdraw = (person: Person, clientId: string) =>
  person.ownPage('/sessions', { method: 'POST', body: new URLSearchParams({ withdraw: clientId }) })

/** Signs in at an application of others, which asks first. */
async function letIn(app: App, person: Person) {
  const { url, checks } = await app.begin({ scope: 'openid profile' })
  const { url: at, page } = await follow(person, url)
  const end = page ? await pressContinue(person, at, page.html, { answer: 'allow' }) : { url: at }
  return app.finish(end.url, checks)
}

test('/sessions names the applications that a person has let in, and what each may know', async ({
  signedIn,
  web,
  stranger,
}) => {
  const person = await signedIn()
  expect(await pageOf(person)).not.toContain('Applications that know you')
  await signInAt(web, person)
  await letIn(stranger, person)
  const html = await pageOf(person)
  expect(html).toContain('Applications that know you')
  expect(html).toMatch(/Application stranger<\/bdi><p[^>]*>Knows who you are: your name and picture\./)
  for (const clientId of ['web', 'stranger'])
    expect(html).toContain(`<input type="hidden" name="withdraw" value="${clientId}"/>`)
  // As everybody's, of this person alone.
  expect(await pageOf(await signedIn('bob'))).not.toContain('Applications that know you')
})

test('who withdraws an application ends its grant and its tokens, and it is told', async ({
  signedIn,
  web,
  heard,
  logouts,
  sql,
}) => {
  const [person, other] = [await signedIn(), await signedIn()]
  const [own, another] = [await signInAt(web, person), await signInAt(web, await signedIn('bob'))]
  const told = await signInAt(heard, person)
  const elsewhere = await signInAt(web, other)
  logouts.length = 0
  const rows = async () =>
    Number((await sql<{ count: string }>('SELECT count(*) FROM oidc_records'))[0]?.count)
  const before = await rows()
  expect((await withdraw(person, 'web')).headers.get('location')).toMatch(/\/sessions$/)
  expect(await rows()).toBeLessThan(before - 2)
  const { sub } = decodeJwt(own.id_token ?? '')
  // In all sessions of the person, and of nobody else.
  for (const tokens of [own, elsewhere]) {
    await expect(web.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(web.userinfo(tokens.access_token, String(sub))).rejects.toThrow()
  }
  expect((await web.refresh(another.refresh_token ?? '')).access_token).toBeDefined()
  expect(await heard.userinfo(told.access_token, String(sub))).toMatchObject({ sub })
  expect(await pageOf(person)).not.toContain('value="web"')
  expect(logouts).toHaveLength(0)

  await withdraw(person, 'heard')
  expect(logouts.map((token) => decodeJwt(token).aud)).toEqual(['heard'])
  // The session itself stays, and may let the application in again.
  expect(await person.session()).not.toBeNull()
  expect((await signInAt(web, person)).refresh_token).toBeDefined()
  expect(await pageOf(person)).toContain('value="web"')
})

test('an application of others asks again once its access was withdrawn', async ({ signedIn, stranger }) => {
  const person = await signedIn()
  await letIn(stranger, person)
  expect((await signInAt(stranger, person, { scope: 'openid profile' })).id_token).toBeDefined()
  await withdraw(person, 'stranger')
  const { page } = await follow(person, (await stranger.begin({ scope: 'openid profile' })).url)
  expect(page?.html).toContain('Application stranger')
})

test('a hand-off sees and withdraws what was let in within it alone', async ({ signedIn, newcomer, web }) => {
  const person = await signedIn()
  const tokens = await signInAt(web, person)
  const { nonce } = await person.askForNonce()
  const view = newcomer()
  await view.redeem(nonce)
  expect(await pageOf(view)).not.toContain('Applications that know you')
  await withdraw(view, 'web')
  expect((await web.refresh(tokens.refresh_token ?? '')).access_token).toBeDefined()
})

test('another site cannot withdraw anything', async ({ signedIn, web }) => {
  const person = await signedIn()
  const tokens = await signInAt(web, person)
  const answer = await person.arrive('/sessions', new URLSearchParams({ withdraw: 'web' }))
  expect(answer.status).toBe(403)
  expect((await web.refresh(tokens.refresh_token ?? '')).access_token).toBeDefined()
})

test('a device is an application as well, and loses its tokens', async ({ signedIn, baton }) => {
  const person = await signedIn()
  const tv = (path: string, form: Record<string, string>) =>
    fetch(`${baton.url}/oidc${path}`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'tv', ...form }),
    })
  const asked = await (await tv('/device_authorization', { scope: 'openid' })).json()
  await answerCode(person, { user_code: asked.user_code, approve: 'yes' })
  const { device_code } = asked
  const tokens = await (await tv('/token', { grant_type: deviceCodeGrant, device_code })).json()
  expect(await pageOf(person)).toContain('value="tv"')
  await withdraw(person, 'tv')
  const { refresh_token } = tokens
  const refused = await tv('/token', { grant_type: 'refresh_token', refresh_token })
  expect(await refused.json()).toMatchObject({ error: 'invalid_grant' })
  expect(await pageOf(person)).not.toContain('value="tv"')
})

test('what was let in within a session that is not listed is withdrawn too', async ({
  signedIn,
  web,
  sql,
}) => {
  const person = await signedIn()
  const tokens = await signInAt(web, person)
  const { sid } = (await person.session()) ?? {}
  const looker = await signedIn()
  // Two hundred are listed, those that were used last.
  const columns = await sql<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_name = 'sessions' AND is_generated = 'NEVER'`,
  )
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  await sql(
    `INSERT INTO sessions (${names}) SELECT ${names} FROM (
       SELECT (jsonb_populate_record(sessions, jsonb_build_object(
         'id', gen_random_uuid(), 'token_set_id', null, 'used_at', now() + interval '1 min'))).*
       FROM sessions, generate_series(1, 205) WHERE id = $1) AS copies`,
    [sid],
  )
  expect(await pageOf(looker)).not.toContain(`end=${sid}`)
  expect(await pageOf(looker)).toContain('value="web"')
  await withdraw(looker, 'web')
  await expect(web.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
})
