import { decode, encode } from '@auth/core/jwt'
import { expect, test } from 'vitest'
import { decodeSession, encodeSession } from '#lib/sessions/session-jwe.ts'

const secret = 'a secret of the tests that is long enough'
const cookieName = 'baton.session'
const open = (token: string, from: Partial<{ secret: string | string[]; salt: string }> = {}) =>
  decode({ token, secret, salt: cookieName, ...from })

test.each(Array.from({ length: 34 }, (_, length) => length))(
  "Auth.js's own code opens what Baton writes, whatever it weighs (%i more characters)",
  async (length) => {
    const claims = { sub: 's', name: 'é'.repeat(length) }
    const now = Math.floor(Date.now() / 1000)
    const opened = await open(encodeSession(claims, { secret, cookieName, maxAge: 60 }))
    expect(opened).toMatchObject(claims)
    expect(opened?.exp).toBe((opened?.iat ?? 0) + 60)
    expect(opened?.iat).toBeGreaterThanOrEqual(now)
  },
)

test('it opens under its own secret and cookie name alone, also as one of several secrets', async () => {
  const token = encodeSession({ sub: 's' }, { secret, cookieName, maxAge: 60 })
  expect(await open(token, { secret: ['a newer secret', secret] })).toMatchObject({ sub: 's' })
  await expect(open(token, { secret: `${secret}!` })).rejects.toThrow()
  await expect(open(token, { salt: `__Secure-${cookieName}` })).rejects.toThrow()
})

test('no two cookies of the same claims are alike', () => {
  const written = Array.from({ length: 50 }, () => encodeSession({}, { secret, cookieName, maxAge: 60 }))
  expect(new Set(written.map((token) => token.split('.')[2])).size).toBe(50)
})

test.each([2, 3, 4])('a cookie with a changed part (%i) opens for nobody', async (part) => {
  const parts = encodeSession({ sub: 's' }, { secret, cookieName, maxAge: 60 }).split('.')
  const text = parts[part] ?? ''
  parts[part] = (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
  await expect(open(parts.join('.'))).rejects.toThrow()
})

const decoded = (jwe: string, secrets = [secret], name = cookieName) =>
  decodeSession(jwe, { secrets, cookieName: name })

test.each(Array.from({ length: 34 }, (_, length) => length))(
  "Baton opens what Auth.js's own code writes, whatever it weighs (%i more characters)",
  async (length) => {
    const token = { sub: 's', name: 'é'.repeat(length) }
    const jwe = await encode({ token, secret, salt: cookieName, maxAge: 60 })
    expect(decoded(jwe)).toEqual(await open(jwe))
  },
)

test('it opens by one of several secrets, under its own cookie name, and until its end alone', () => {
  const jwe = encodeSession({ sub: 's' }, { secret, cookieName, maxAge: 60 })
  expect(decoded(jwe, ['a newer secret', secret])).toMatchObject({ sub: 's' })
  expect(decoded(jwe, [`${secret}!`])).toBeUndefined()
  expect(decoded(jwe, [secret], `__Secure-${cookieName}`)).toBeUndefined()
  expect(decoded(encodeSession({}, { secret, cookieName, maxAge: -16 }))).toBeUndefined()
})

test('a change of any part or of their number keeps it from opening, and nothing throws', () => {
  const parts = encodeSession({ sub: 's' }, { secret, cookieName, maxAge: 60 }).split('.')
  for (const [index, part] of parts.entries()) {
    const changed = part === '' ? 'A' : (part.startsWith('A') ? 'B' : 'A') + part.slice(1)
    expect(decoded(parts.with(index, changed).join('.'))).toBeUndefined()
    expect(decoded(parts.with(index, '').join('.'))).toEqual(
      part === '' ? decoded(parts.join('.')) : undefined,
    )
    expect(decoded(parts.toSpliced(index, 1).join('.'))).toBeUndefined()
  }
  // A shorter tag would be guessed sooner.
  expect(decoded(parts.with(4, parts[4]?.slice(0, 4) ?? '').join('.'))).toBeUndefined()
  for (const text of ['', '.', '....', 'x']) expect(decoded(text)).toBeUndefined()
})
