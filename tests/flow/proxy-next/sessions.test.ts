import { expect } from 'vitest'
import { test } from '../../support/test.ts'

test('the pages of sessions and hand-offs are there, and the form ends a session', async ({ signedIn }) => {
  const [person, other] = [await signedIn(), await signedIn()]
  const sid = (await other.session())?.sid ?? ''
  const page = await person.request('/sessions')
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(`value="${sid}"`)])
  const activity = await person.request('/activity')
  expect([activity.status, await activity.text()]).toEqual([200, expect.stringContaining('Activity')])
  const post = (site: string) =>
    person.request('/sessions', {
      method: 'POST',
      headers: { 'sec-fetch-site': site },
      body: new URLSearchParams({ end: sid }),
    })
  for (const site of ['cross-site', 'same-site']) expect((await post(site)).status).toBe(403)
  expect(await other.session()).not.toBeNull()
  const answer = await post('same-origin')
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sessions'])
  expect(await other.session()).toBeNull()
})

test('programs list and end sessions, and there is no stream of changes', async ({ signedIn }) => {
  const person = await signedIn()
  const { sessions } = (await (await person.ownPage('/api/sessions')).json()) as {
    sessions: { sid: string; current: boolean }[]
  }
  const sid = sessions.find(({ current }) => current)?.sid
  expect(sid).toBe((await person.session())?.sid)
  const stream = await person.ownPage('/api/sessions/events')
  expect(stream.status).toBe(404)
  const ended = await person.ownPage(`/api/sessions/${sid}`, { method: 'DELETE' })
  expect([ended.status, ended.headers.getSetCookie()]).toEqual([
    204,
    [expect.stringMatching(/^baton\.session=;/)],
  ])
})

test('the old address leads on, and security.txt is no page', async ({ person }) => {
  const old = await person.request('/session?a=1')
  expect([old.status, old.headers.get('location')]).toEqual([308, '/sessions?a=1'])
  const contact = await person.request('/.well-known/security.txt')
  expect([contact.status, await contact.json()]).toEqual([
    404,
    expect.objectContaining({ error: 'not_found' }),
  ])
})
