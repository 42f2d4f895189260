import { parseSetCookie } from 'cookie'
import { expect, test, vi } from 'vitest'
import { dropSignIn, findSignIn, keepDone, keepSignIn } from '#lib/callers/sign-in-cookie.ts'
import { randomToken } from '#lib/crypto/random-token.ts'

const config = { url: 'https://baton.example.org', secrets: ['s'.repeat(32)] as [string] }
const lax = { isCrossSite: false, config }

const begun = (more: object = {}) => ({
  provider: 'login',
  state: randomToken(),
  checks: { pkce: randomToken(), nonce: randomToken() },
  goOn: '/inbox',
  ...more,
})

/** The cookie header of a browser after these answers. */
function jar(...answers: string[][]): string {
  const kept = new Map<string, string>()
  for (const { name, value, maxAge } of answers.flat().map((line) => parseSetCookie(line)))
    if (maxAge === 0) kept.delete(name)
    else kept.set(name, value ?? '')
  return [...kept].map(([name, value]) => `${name}=${value}`).join('; ')
}

test('a browser that began several sign-ins has each by its own state', async () => {
  const [one, two] = [begun(), begun({ goOn: '/other' })]
  const first = await keepSignIn(one, { cookie: '', ...lax })
  const second = await keepSignIn(two, { cookie: jar(first), ...lax })
  const cookie = jar(first, second)
  expect(await findSignIn(one.state, cookie, config)).toMatchObject(one)
  expect(await findSignIn(two.state, cookie, config)).toMatchObject(two)
  expect(await findSignIn(randomToken(), cookie, config)).toBeUndefined()
  expect(await findSignIn(undefined, cookie, config)).toBeUndefined()
  expect(await findSignIn(one.state, jar(second), config)).toBeUndefined()
})

test('a sign-in under the name of another one, or of another secret, is none', async () => {
  const [one, two] = [begun(), begun()]
  const cookie = jar(await keepSignIn(one, { cookie: '', ...lax }))
  const [name = ''] = jar(await keepSignIn(two, { cookie: '', ...lax })).split('=')
  const value = cookie.slice(cookie.indexOf('=') + 1)
  expect(await findSignIn(two.state, `${name}=${value}`, config)).toBeUndefined()
  const others = { ...config, secrets: ['o'.repeat(32)] as [string] }
  expect(await findSignIn(one.state, cookie, others)).toBeUndefined()
  expect(await findSignIn(one.state, `${cookie.split('=')[0]}=broken`, config)).toBeUndefined()
})

test('a done sign-in keeps where it led, and nothing to sign in with', async () => {
  const one = begun()
  const kept = await keepSignIn(one, { cookie: '', ...lax })
  const found = await findSignIn(one.state, jar(kept), config)
  if (!found) throw new Error('it has just been kept')
  const done = await keepDone(found, { cookie: jar(kept), ...lax })
  expect(await findSignIn(one.state, jar(kept, done), config)).toMatchObject({
    goOn: '/inbox',
    isDone: true,
    checks: {},
  })
  expect(jar(kept, done, dropSignIn(one.state, jar(kept, done), config))).toBe('')
})

test('a browser keeps the five newest, and no more than 6 kB of them', async () => {
  vi.useFakeTimers({ now: Date.parse('2026-01-01') })
  for (const [length, count] of [
    [10, 5],
    [2_000, 2],
  ] as const) {
    let cookie = ''
    const all = []
    for (let round = 0; round < 8; round++) {
      vi.advanceTimersByTime(1)
      const one = begun({
        goOn: `/${randomToken()
          .repeat(length / 10)
          .slice(0, length)}${round}`,
      })
      all.push(one)
      cookie = jar(cookie.split('; ').filter(Boolean), await keepSignIn(one, { cookie, ...lax }))
      expect(cookie.length).toBeLessThan(6 * 1024 + 600)
    }
    const found = await Promise.all(all.map(({ state }) => findSignIn(state, cookie, config)))
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(count)
    expect(found.filter(Boolean).length).toBeLessThanOrEqual(5)
    expect(found.at(-1)).toBeDefined()
  }
  vi.useRealTimers()
})

test('an address that no cookie holds gives way to the home page; the sign-in goes on', async () => {
  const random = Array.from({ length: 200 }, () => randomToken()).join('')
  const one = begun({ goOn: `/${random}` })
  const kept = await keepSignIn(one, { cookie: '', ...lax })
  expect(kept.every((line) => line.length < 4_096)).toBe(true)
  expect(await findSignIn(one.state, jar(kept), config)).toMatchObject({ goOn: '/', checks: one.checks })
})

test('only what a provider answers by a form of its own site leaves the site', async () => {
  const [form = ''] = await keepSignIn(begun(), { cookie: '', isCrossSite: true, config })
  const [link = ''] = await keepSignIn(begun(), { cookie: '', ...lax })
  const common = { httpOnly: true, secure: true, path: '/' }
  expect(parseSetCookie(form)).toMatchObject({ ...common, sameSite: 'none' })
  expect(parseSetCookie(link)).toMatchObject({ ...common, sameSite: 'lax' })
  expect(form).toMatch(/^__Host-Http-baton\.state\./)
  expect(form).not.toContain('Domain')
})
