import { UnsecuredJWT } from 'jose'
import type { Interaction } from 'oidc-provider'
import { expect, test } from 'vitest'
import type { LiveSession } from '#lib/db/sessions.ts'
import { asksAgain, signInOf } from '#lib/oidc/interaction/sign-in.ts'

const now = Math.floor(Date.now() / 1000)
const session = {
  id: 'sid',
  user: { id: 'user' },
  amr: ['pwd'],
  authTime: new Date(now * 1000),
} as LiveSession

type Change = { reasons?: string[]; before?: string; hint?: string; maxAge?: string; authTime?: number }

function step({ reasons = ['no_session'], before = 'sid', hint, maxAge }: Change) {
  const details = { before, ...(hint && { id_token_hint: new UnsecuredJWT({ sub: hint }).encode() }) }
  return { iat: now, params: { max_age: maxAge }, prompt: { name: 'login', reasons, details } } as Pick<
    Interaction,
    'iat' | 'params' | 'prompt'
  >
}

const signIn = (change: Change) => {
  const authTime = new Date((change.authTime ?? now) * 1000)
  return signInOf(step(change), { ...session, authTime })
}

const login = { login: { accountId: 'sid', ts: now, amr: ['pwd'] } }
const refused = { error: 'login_required' }

test('who stands in the browser is a login where nothing more is asked; nobody is none', () => {
  expect(signIn({})).toEqual(login)
  expect(signInOf(step({}), undefined)).toBeUndefined()
})

test.each<[string, Change]>([
  ['a new sign-in is asked for', { reasons: ['login_prompt', 'no_session'] }],
  ['they signed in too long ago', { reasons: ['max_age'], maxAge: '60', authTime: now - 61 }],
  ['somebody else is meant', { reasons: ['id_token_hint'], hint: 'another' }],
  [
    'they are meant, and a new sign-in is asked for',
    { reasons: ['id_token_hint', 'login_prompt'], hint: 'user' },
  ],
])('whoever stands there has to sign in again where %s', (_, change) => {
  expect(signIn(change)).toBeUndefined()
  expect(asksAgain(step(change))).toBe(true)
})

test.each<[string, Change]>([
  ['the provider did not ask them', { reasons: ['login_prompt'], before: 'old', authTime: now - 11 }],
  ['it was too long ago upstream', { reasons: ['max_age'], before: 'old', maxAge: '60', authTime: now - 61 }],
  ['it is somebody else', { reasons: ['id_token_hint'], before: 'old', hint: 'another' }],
])('a new sign-in is refused, and not asked for again, where %s', (_, change) => {
  expect(signIn(change)).toMatchObject(refused)
})

test('a new sign-in is a login', () => {
  expect(signIn({ reasons: ['login_prompt'], before: 'old' })).toEqual(login)
  expect(signIn({ reasons: ['id_token_hint'], before: 'old', hint: 'user' })).toEqual(login)
})
