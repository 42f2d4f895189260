import { once } from 'node:events'
import { expect } from 'vitest'
import {
  answerCode,
  approveBrowser,
  askAsBrowser,
  codeOn,
  numberOn,
  openCode,
  stateOf,
  tokenOn,
} from '../../support/another-device.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { httpCall, openCall } from '../../support/clients/http-call.ts'
import { settledLines } from '../../support/log-lines.ts'
import type { Person } from '../../support/person.ts'
import { elsewhere, here, test } from '../../support/test-devices.ts'

const waitingPage = '/sign-in/another-device'

/** Goes on as a browser does whose request is approved: to the page that says who has approved it. */
async function handoffOf(browser: Person): Promise<{ page: string; press(): Promise<Response> }> {
  const onward = await browser.request(waitingPage)
  expect([onward.status, onward.headers.get('location')]).toEqual([303, '/handoff'])
  const page = await (await browser.request('/handoff')).text()
  const { fields } = readHandoffPage(page)
  return {
    page,
    press: () => browser.ownPage('/handoff', { method: 'POST', body: new URLSearchParams(fields) }),
  }
}

test('a browser is signed in by another one, as its child, once the person has said yes on both', async ({
  approver,
  waiting,
  sql,
}) => {
  const signInPage = await (await waiting.request('/sign-in?callbackUrl=/sessions')).text()
  expect(signInPage).toContain('Use another device')
  const code = await askAsBrowser(waiting, '/sessions')
  expect(await stateOf(waiting)).toBe('waiting')
  expect(await numberOn(waiting)).toBe('')

  const asked = await openCode(approver, code)
  expect(asked).toContain('Sign this browser in?')
  expect(asked).toContain('(this network)')
  expect(await stateOf(waiting)).toBe('opened')
  const number = await numberOn(waiting)
  const numbers = [...asked.matchAll(/value="(\d\d)"[^>]* name="number"/g)].map(([, value]) => value)
  expect(numbers).toHaveLength(3)
  expect(numbers).toContain(number)
  expect(await waiting.session()).toBeNull()

  const answer = await answerCode(approver, { user_code: code, approve: 'yes', number })
  expect(await answer.text()).toContain('Go back to your other device')
  expect(await stateOf(waiting)).toBe('approved')
  // Whoever shows a code that somebody else approves would be signed in as them: the browser asks.
  expect(await waiting.session()).toBeNull()
  const { page, press } = await handoffOf(waiting)
  expect(page).toContain('Demo User')
  expect(readHandoffPage(page).asks).toBe(true)
  const end = await press()
  expect([end.status, end.headers.get('location')]).toEqual([303, '/sessions'])

  const [child, parent] = [await waiting.session(), await approver.session()]
  expect(child?.user).toEqual(parent?.user)
  const rows = await sql('SELECT kind, parent_id FROM sessions WHERE id = $1', [child?.sid])
  expect(rows).toEqual([{ kind: 'handoff', parent_id: parent?.sid }])
  const own = (await (await approver.ownPage('/api/sessions')).json()) as { sessions: { sid: string }[] }
  expect(own.sessions.map(({ sid }) => sid)).toContain(child?.sid)
  await approver.ownPage(`/api/sessions/${parent?.sid}`, { method: 'DELETE' })
  expect(await waiting.session()).toBeNull()
})

test('the code binds to the browser that shows it: a forwarded one signs nobody else in', async ({
  approver,
  waiting,
  newcomer,
}) => {
  const code = await askAsBrowser(waiting)
  const thief = newcomer(here)
  await approveBrowser(approver, waiting, code)
  expect((await thief.request(waitingPage)).headers.get('location')).toBe('/sign-in')
  expect(await stateOf(thief)).toBe('expired')
  expect((await thief.request(`/device?user_code=${code}`)).headers.get('location')).toMatch(/^\/sign-in\?/)
  // A code of its own does not lead to the session of another.
  await askAsBrowser(thief)
  expect(await stateOf(thief)).toBe('waiting')
  const { press } = await handoffOf(waiting)
  expect((await press()).status).toBe(303)
  expect(await thief.session()).toBeNull()
})

test('a cookie of another name or without the seal is none', async ({ waiting, newcomer }) => {
  await askAsBrowser(waiting)
  const cookie = await waiting.cookies()
  const value = /baton\.device=([^;]+)/.exec(cookie)?.[1] ?? ''
  const forged = newcomer({ ...here, cookie: `baton.device=${value.slice(0, -4)}AAAA` })
  expect(await stateOf(forged)).toBe('expired')
  expect(await stateOf(newcomer({ ...here, cookie: `baton.device=${value}` }))).toBe('waiting')
})

test('approval is never by GET, never by another site, and never without the number', async ({
  approver,
  waiting,
  signedIn,
}) => {
  const code = await askAsBrowser(waiting)
  const csrf_token = tokenOn(await openCode(approver, code))
  const number = await numberOn(waiting)
  const fields = { user_code: code, approve: 'yes', number }
  await approver.request(`/device?${new URLSearchParams({ ...fields, csrf_token })}`)
  expect(await stateOf(waiting)).toBe('opened')
  const form = (more: Record<string, string>) => ({
    method: 'POST',
    body: new URLSearchParams({ ...fields, ...more }),
  })
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
  ] as Record<string, string>[])
    expect((await approver.request('/device', { ...form({ csrf_token }), headers })).status).toBe(403)
  // What a browser says of itself is not enough: the page's own token is needed, of this session and code.
  const bob = await signedIn('bob', here)
  const other = await askAsBrowser(await signedIn('bob', here))
  for (const foreign of [
    '',
    'x',
    tokenOn(await openCode(bob, code)),
    tokenOn(await openCode(approver, other)),
  ])
    expect((await approver.ownPage('/device', form({ csrf_token: foreign }))).status).toBe(403)
  const without = await answerCode(approver, { user_code: code, approve: 'yes' })
  expect(without.status).toBe(400)
  expect((await answerCode(approver, { user_code: code, approve: 'perhaps', number })).status).toBe(400)
  expect(await stateOf(waiting)).toBe('opened')
  // Whoever else has a session may approve, as themselves.
  expect((await answerCode(bob, fields)).status).toBe(200)
  const { page } = await handoffOf(waiting)
  expect(page).toContain('Bob Builder')
  expect(page).toContain('this browser would work in their account')
})

test('a wrong number denies, and so does a no', async ({ approver, waiting, newcomer }) => {
  const code = await askAsBrowser(waiting)
  await openCode(approver, code)
  const wrong = String(((Number(await numberOn(waiting)) - 9) % 90) + 10)
  const answer = await answerCode(approver, { user_code: code, approve: 'yes', number: wrong })
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('another number')])
  expect(await stateOf(waiting)).toBe('denied')
  expect(await (await waiting.request(waitingPage)).text()).toContain('The other device said no')
  const late = await approver.request(`/device?user_code=${code}`)
  expect(late.status).toBe(404)

  const other = newcomer(here)
  const second = await askAsBrowser(other)
  const no = await answerCode(approver, { user_code: second, approve: 'no' })
  expect(await no.text()).toContain('was not signed in')
  expect(await stateOf(other)).toBe('denied')
})

test('where the networks differ, the person types the number and is warned', async ({
  approver,
  newcomer,
}) => {
  const far = newcomer(elsewhere)
  const code = await askAsBrowser(far)
  const page = await openCode(approver, code)
  expect(page).toContain('It is in another network than this device')
  expect(page).not.toMatch(/value="\d\d"[^>]* name="number"/)
  expect(page).toMatch(/<input [^>]*name="number"/)
  // People type the digits that their keyboard has.
  expect(page).toContain('pattern="\\p{Nd}{2}"')
  const number = (await numberOn(far)).replace(/\d/g, (digit) => '٠١٢٣٤٥٦٧٨٩'.charAt(Number(digit)))
  const answer = await answerCode(approver, { user_code: code, approve: 'yes', number })
  expect(answer.status).toBe(200)
  expect(await stateOf(far)).toBe('approved')
})

test('a code is good once and for five minutes', async ({ approver, waiting, newcomer, sql }) => {
  const code = await askAsBrowser(waiting)
  await approveBrowser(approver, waiting, code)
  const again = await approver.request(`/device?user_code=${code}`)
  expect([again.status, await again.text()]).toEqual([
    404,
    expect.stringContaining('No device shows this code'),
  ])

  const late = newcomer(here)
  const old = await askAsBrowser(late)
  await openCode(approver, old)
  const [row] = await sql<{ left: number }>(
    `SELECT extract(epoch FROM expires_at - now())::float AS left FROM device_requests
     ORDER BY created_at DESC LIMIT 1`,
  )
  expect(row?.left).toBeGreaterThan(290)
  expect(row?.left).toBeLessThanOrEqual(300)
  await sql(`UPDATE device_requests SET expires_at = now() WHERE answer IS NULL`)
  expect(await stateOf(late)).toBe('expired')
  expect((await approver.request(`/device?user_code=${old}`)).status).toBe(404)
  const page = await (await late.request(waitingPage)).text()
  expect(page).toContain('This code has expired')
  expect(page).toContain('data-device-renews')
})

test('of many answers at several instances one counts', async ({
  signedIn,
  waiting,
  another,
  baton,
  host,
  sql,
}) => {
  const people = await Promise.all([signedIn('demo', here), signedIn('bob', here)])
  const code = await askAsBrowser(waiting)
  const tokens = await Promise.all(people.map(async (person) => tokenOn(await openCode(person, code))))
  const number = await numberOn(waiting)
  const bodies = tokens.map((csrf_token) =>
    String(new URLSearchParams({ user_code: code, approve: 'yes', number, csrf_token })),
  )
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const cookie = await (people[index % 2] as Person).cookies()
      const headers = { host, cookie, 'sec-fetch-site': 'same-origin', ...type, ...here }
      const at = index % 4 < 2 ? baton : another
      return (
        await httpCall(at.address, '/device', { method: 'POST', headers, body: bodies[index % 2] as string })
      ).status
    }),
  )
  expect(answers.filter((status) => status === 200)).toHaveLength(1)
  const [row] = await sql<{ nonces: number }>(
    `SELECT count(*)::int AS nonces FROM nonces JOIN device_requests USING (hash)
     WHERE user_code_hash = (SELECT user_code_hash FROM device_requests ORDER BY created_at DESC LIMIT 1)`,
  )
  expect(row?.nonces).toBe(1)
})

test('an approval that comes after the session has ended approves nothing', async ({ signedIn, waiting }) => {
  const person = await signedIn('demo', here)
  const code = await askAsBrowser(waiting)
  const csrf_token = tokenOn(await openCode(person, code))
  const [cookie, number] = [await person.cookies(), await numberOn(waiting)]
  await person.signOut()
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const body = new URLSearchParams({ user_code: code, approve: 'yes', number, csrf_token })
  const late = await person.request('/device', { method: 'POST', headers, body })
  expect([late.status, late.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/sign-in\?/)])
  expect(await stateOf(waiting)).toBe('opened')
})

test('an approved browser whose source has ended meanwhile is not signed in', async ({
  signedIn,
  waiting,
}) => {
  const person = await signedIn('demo', here)
  await approveBrowser(person, waiting, await askAsBrowser(waiting))
  await person.signOut()
  expect(await (await waiting.request(waitingPage)).text()).toContain('This code has expired')
  expect(await waiting.session()).toBeNull()
})

test('a hand-off session may not approve', async ({ approver, newcomer, waiting }) => {
  const child = newcomer(here)
  const { nonce } = await approver.askForNonce()
  await child.redeem(nonce)
  const code = await askAsBrowser(waiting)
  const page = await child.request(`/device?user_code=${code}`, { headers: { accept: 'text/html' } })
  expect(page.status).toBe(403)
  const body = new URLSearchParams({ user_code: code, approve: 'yes', number: '11' })
  const answer = await child.ownPage('/api/device', { method: 'POST', body })
  expect([answer.status, (await answer.json()).error]).toEqual([403, 'access_denied'])
  expect(await stateOf(waiting)).toBe('waiting')
})

test('a new code takes the place of the old one, and cancelling withdraws it', async ({
  approver,
  waiting,
}) => {
  const first = await askAsBrowser(waiting)
  const second = await askAsBrowser(waiting)
  expect(second).not.toBe(first)
  expect((await approver.request(`/device?user_code=${first}`)).status).toBe(404)
  const body = new URLSearchParams({ answer: 'cancel', callbackUrl: '/sessions' })
  const cancelled = await waiting.ownPage(waitingPage, { method: 'POST', body })
  expect(cancelled.headers.get('location')).toBe('/sign-in?callbackUrl=%2Fsessions')
  expect((await approver.request(`/device?user_code=${second}`)).status).toBe(404)
  expect((await waiting.request(waitingPage)).headers.get('location')).toBe('/sign-in')
})

test('the trail of whoever has opened a code tells that it was cancelled', async ({
  approver,
  waiting,
  baton,
}) => {
  const code = await askAsBrowser(waiting)
  await openCode(approver, code)
  const body = new URLSearchParams({ answer: 'cancel' })
  await waiting.ownPage(waitingPage, { method: 'POST', body })
  const lines = (await settledLines(baton)).filter((line) => String(line.event).startsWith('handoff.'))
  const nonce = lines.at(-1)?.nonce
  const trail = lines.filter((line) => line.nonce === nonce).map(({ event, reason }) => [event, reason])
  expect(trail).toEqual([
    ['handoff.issued', 'user_code'],
    ['handoff.refused', 'cancelled'],
  ])
})

test('where the person wants to go on to is a path of Baton’s own', async ({ waiting, approver }) => {
  const code = await askAsBrowser(waiting, 'https://evil.example/')
  await approveBrowser(approver, waiting, code)
  const { press } = await handoffOf(waiting)
  expect((await press()).headers.get('location')).toBe('/')
})

test('the waiting page learns of each step by events, at any instance', async ({
  approver,
  waiting,
  another,
  host,
}) => {
  const code = await askAsBrowser(waiting)
  const headers = { host, cookie: await waiting.cookies(), ...here }
  const stream = await openCall(another.address, `${waitingPage}/events`, { headers })
  expect(stream.headers['content-type']).toBe('text/event-stream')
  const seen: string[] = []
  const until = async (state: string) => {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      seen.push(...[...String(chunk).matchAll(/^data: (\w+)$/gm)].map(([, data]) => data ?? ''))
      if (seen.includes(state)) return
    }
  }
  await until('waiting')
  await openCode(approver, code)
  await until('opened')
  await answerCode(approver, { user_code: code, approve: 'yes', number: await numberOn(waiting) })
  await until('approved')
  expect(seen).toEqual(['waiting', 'opened', 'approved'])
  // The last state ends the stream.
  if (!stream.readableEnded) await once(stream.resume(), 'end')
  const nobody = await openCall(another.address, `${waitingPage}/events`, { headers: { host } })
  nobody.resume()
  expect(nobody.statusCode).toBe(404)
})

test('the trail tells of it, and no log has the code', async ({ approver, waiting, baton }) => {
  const before = baton.log().length
  const code = await askAsBrowser(waiting)
  await approveBrowser(approver, waiting, code)
  const { press } = await handoffOf(waiting)
  await press()
  const lines = (await settledLines(baton)).filter((line) => String(line.event).startsWith('handoff.'))
  const nonce = lines.at(-1)?.nonce
  const trail = lines.filter((line) => line.nonce === nonce).map(({ event, reason }) => [event, reason])
  expect(trail).toEqual([
    ['handoff.issued', 'user_code'],
    ['handoff.approved', null],
    ['handoff.shown', null],
    ['handoff.redeemed', null],
  ])
  const text = baton.log().slice(before)
  for (const secret of [code, code.replace('-', '')]) expect(text).not.toContain(secret)
  const activity = await (await approver.request('/activity')).text()
  expect(activity).toContain('You opened a code that another browser showed.')
})

test('/device without a session leads to sign-in and back', async ({ newcomer }) => {
  const answer = await newcomer(here).request('/device?user_code=BCDF-GHJK')
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    '/sign-in?callbackUrl=%2Fdevice%3Fuser_code%3DBCDF-GHJK',
  ])
})

test('pages of codes are kept by nobody and framed by nobody', async ({ approver, waiting }) => {
  const code = await askAsBrowser(waiting)
  for (const [browser, path] of [
    [waiting, waitingPage],
    [approver, `/device?user_code=${code}`],
  ] as const) {
    const { headers } = await browser.request(path)
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('x-robots-tag')).toContain('noindex')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  }
  expect(await codeOn(waiting)).toBe(code)
})
