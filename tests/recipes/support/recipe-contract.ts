import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { type BadToken, badTokens, goodClaims, nonsense } from './bad-tokens.ts'
import { startFaulty } from './faulty.ts'
import { type Issuer, startIssuer } from './issuer.ts'
import { audience, otherAudience, resourceServer, strangerApp } from './parties.ts'
import type { Running } from './process.ts'
import { recipeSection } from './recipe-section.ts'
import type { Around } from './start-recipe.ts'
import { startThief } from './thief.ts'

type RecipeUnderTest = {
  start(around: Around): Promise<Running>
  /** Whether JWTs of the provider are good here as well. */
  takesProvider?: boolean
  /** Its section of `docs/verify-tokens-recipes.md`. */
  section: string
  /** Bad JWTs that it takes all the same, and the words of its section that say so. */
  takes?: Partial<Record<BadToken, string>>
  /** The words of its section that say that it follows redirects. */
  followsRedirects?: string
  /** What it answers when Baton cannot be asked. */
  unavailable?: number
  /** What it asks for when there is no token. */
  challenge?: RegExp
}

/** What every recipe keeps, in front of a real issuer. */
export function recipeContract({
  start,
  takesProvider = false,
  section,
  takes = {},
  followsRedirects,
  unavailable = 503,
  challenge = /^Bearer$/,
}: RecipeUnderTest) {
  let baton: Issuer
  let provider: Issuer
  let recipe: Running
  const sent: string[] = []

  beforeAll(async () => {
    ;[baton, provider] = await Promise.all([startIssuer(), startIssuer()])
    recipe = await start({ batonUrl: baton.url, provider: provider.issuer })
  })
  afterAll(() => Promise.all([recipe?.stop(), baton?.close(), provider?.close()]))

  async function call(token: string, { url } = recipe) {
    sent.push(token)
    const response = await fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } })
    const text = await response.text()
    expect(text).not.toContain(token)
    return { status: response.status, challenge: response.headers.get('www-authenticate'), text }
  }

  async function expectTold(token: string, told: object) {
    const { status, text } = await call(token)
    expect({ status, told: status === 200 ? JSON.parse(text) : text }).toEqual({ status: 200, told })
  }

  async function expectRefused(token: string) {
    expect(await call(token)).toMatchObject({ status: 401, challenge: expect.stringMatching(/^Bearer /) })
  }

  test('a JWT access token is let in, and the handler told issuer, person and session', async () => {
    const { webNonce, sid } = await baton.signIn()
    const told = { issuer: baton.issuer, sub: 'person-1', sid }
    await expectTold(await baton.accessToken(webNonce), told)
  })

  test('a JWT that names another audience beside this one is let in', async () => {
    const claims = goodClaims(baton.issuer)
    const told = { issuer: baton.issuer, sub: 'person-1', sid: claims.sid }
    await expectTold(await baton.sign({ ...claims, aud: [otherAudience, audience] }), told)
  })

  test('a JWT under the other key of its issuer is let in', async () => {
    const claims = goodClaims(baton.issuer)
    const told = { issuer: baton.issuer, sub: 'person-1', sid: claims.sid }
    await expectTold(await baton.sign(claims, {}, baton.keys.other), told)
  })

  test('a web nonce is let in, and the handler told issuer, person and session', async () => {
    const { webNonce, sid } = await baton.signIn()
    await expectTold(webNonce, { issuer: baton.issuer, sub: 'person-1', sid })
  })

  test(`a JWT of the provider is ${takesProvider ? 'let in under its own issuer' : 'refused'}`, async () => {
    const claims = goodClaims(provider.issuer)
    const token = await provider.sign(claims)
    const told = { issuer: provider.issuer, sub: 'person-1', sid: claims.sid }
    await (takesProvider ? expectTold(token, told) : expectRefused(token))
  })

  test('without a token the answer is 401 and a challenge', async () => {
    const response = await fetch(`${recipe.url}/orders`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(challenge)
  })

  test('a good token is refused in the query and under another scheme', async () => {
    const token = await baton.sign({ ...goodClaims(baton.issuer), jti: 'not by Authorization: Bearer' })
    expect((await fetch(`${recipe.url}/orders?access_token=${token}`)).status).toBe(401)
    const headers = { authorization: `Basic ${btoa(`x:${token}`)}` }
    expect((await fetch(`${recipe.url}/orders`, { headers })).status).toBe(401)
  })

  describe.each(Object.keys(badTokens) as BadToken[])('a JWT %s', (name) => {
    const confession = takes[name]
    test(confession ? 'is let in, as its section says' : 'is refused', async () => {
      const token = await badTokens[name](baton, provider)
      if (!confession) return expectRefused(token)
      expect((await call(token)).status).toBe(200)
      expect(await recipeSection(section)).toContain(confession)
    })
  })

  test.each(Object.entries(nonsense))('%s is refused', (_name, token) => expectRefused(token))

  test('an unknown web nonce is refused, and one of an app that lists others', async () => {
    await expectRefused('w'.repeat(43))
    await expectRefused((await baton.signIn(strangerApp)).webNonce)
  })

  test('a web nonce is refused that was revoked before it came', async () => {
    const { webNonce } = await baton.signIn()
    await baton.revoke(webNonce)
    await expectRefused(webNonce)
  })

  test('a web nonce that is revoked while it is in use is refused before long', async () => {
    const { webNonce } = await baton.signIn()
    expect((await call(webNonce)).status).toBe(200)
    await baton.revoke(webNonce)
    await vi.waitFor(() => expectRefused(webNonce), { timeout: 20_000, interval: 250 })
  })

  test('while Baton cannot be asked nobody is let in', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`
    const lonely = await start({ batonUrl: nowhere, provider: `${nowhere}/provider` })
    try {
      expect((await call('w'.repeat(43), lonely)).status).toBe(unavailable)
      const jwt = await baton.sign(goodClaims(`${nowhere}/oidc`))
      expect((await call(jwt, lonely)).status).toBe(unavailable)
    } finally {
      await lonely.stop()
    }
  })

  test('a Baton that answers an error is not believed, whatever it says', async () => {
    const faulty = await startFaulty()
    const lonely = await start({ batonUrl: faulty.url, provider: `${faulty.url}/provider` })
    try {
      for (const token of ['f'.repeat(43), await baton.sign(goodClaims(`${faulty.url}/oidc`))])
        expect((await call(token, lonely)).status).toBe(unavailable)
    } finally {
      await Promise.all([lonely.stop(), faulty.close()])
    }
  })

  const redirected = followsRedirects ? 'goes along with a redirect, as its section says' : 'stays with Baton'
  test(`a web nonce that it asks about ${redirected}`, async () => {
    const thief = await startThief()
    const lonely = await start({ batonUrl: thief.redirecting, provider: `${thief.redirecting}/provider` })
    try {
      const webNonce = 'r'.repeat(43)
      expect((await call(webNonce, lonely)).status).toBe(unavailable)
      expect(thief.asked()).toBe(true)
      expect(thief.got().includes(webNonce)).toBe(followsRedirects !== undefined)
      expect(thief.got()).not.toContain(resourceServer.clientSecret)
      if (followsRedirects) expect(await recipeSection(section)).toContain(followsRedirects)
    } finally {
      await Promise.all([lonely.stop(), thief.close()])
    }
  })

  test('what it wrote names none of the tokens that it saw', () => {
    expect(sent.length).toBeGreaterThan(0)
    for (const token of sent.filter(({ length }) => length > 40)) expect(recipe.output()).not.toContain(token)
  })
}
