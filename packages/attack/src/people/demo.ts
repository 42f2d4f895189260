import { Skipped } from '../verdict.ts'
import type { Answer } from '../wire/call.ts'
import { formsIn } from '../wire/html.ts'
import { isLoopback } from '../wire/loopback.ts'
import type { Browser } from './browser.ts'
import { newProofKey } from './proof-key.ts'

/** The tokens of an app that has signed in at the identity provider. */
export type AppTokens = { idToken: string; accessToken: string }

export type DemoUser = 'demo' | 'bob'

const provider = 'demo'
const app = 'demo-phone'
const redirectUri = 'http://127.0.0.1/callback'

/**
 * Signs a person of the demo in, by the form of its identity provider. The demo's passwords go to a loopback
 * address alone.
 *
 * @throws {Skipped} where this is not the demo.
 */
export async function signInAtDemo(browser: Browser, user: DemoUser): Promise<void> {
  await fillIn(browser, await browser.follow((await beginAtDemo(browser)).href), user)
  if (!(await browser.session())) throw noDemo('the sign-in of the demo did not work here')
}

/**
 * Begins a sign-in, and gives the address at the demo's identity provider that it leads to.
 *
 * @throws {Skipped} where this is not the demo.
 */
export async function beginAtDemo(browser: Browser, callbackUrl = '/'): Promise<URL> {
  const form = { provider, callbackUrl }
  const { location } = await browser.ownPage('/sign-in', { method: 'POST', form })
  if (!location || !isLoopback(location)) throw noDemo('this is not the demo')
  return location
}

/** Sends the sign-in form of the identity provider's page, and follows until `until`. */
export async function fillIn(browser: Browser, page: Answer, user: DemoUser, until?: string) {
  const [form] = formsIn(page.text)
  if (!form || !('login' in form.fields && 'password' in form.fields) || !isLoopback(page.url))
    throw noDemo('the identity provider has no sign-in form like that of the demo')
  const action = new URL(form.action || page.url.href, page.url)
  const fields = { ...form.fields, login: user, password: user }
  return browser.follow(action.href, until, { method: 'POST', form: fields })
}

/**
 * Signs a person in at the demo's identity provider as the demo's phone does: code and PKCE (RFC 8252).
 *
 * @throws {Skipped} where this is not the demo.
 */
export async function signInAsDemoApp(browser: Browser, user: DemoUser): Promise<AppTokens> {
  const { origin } = await beginAtDemo(browser)
  const metadata = (await browser.request(`${origin}/.well-known/openid-configuration`)).json()
  const { verifier, challenge } = newProofKey()
  const query = new URLSearchParams({
    client_id: app,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile email api',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const page = await browser.follow(`${metadata.authorization_endpoint}?${query}`, redirectUri)
  const { end } = page.end.href.startsWith(redirectUri)
    ? page
    : await fillIn(browser, page, user, redirectUri)
  const answer = await browser.request(String(metadata.token_endpoint), {
    method: 'POST',
    form: {
      grant_type: 'authorization_code',
      client_id: app,
      redirect_uri: redirectUri,
      code: end.searchParams.get('code') ?? '',
      code_verifier: verifier,
    },
  })
  const { id_token, access_token } = answer.json()
  if (typeof id_token !== 'string') throw noDemo('the identity provider gave the demo app no ID token')
  return { idToken: id_token, accessToken: String(access_token) }
}

function noDemo(why: string): Skipped {
  return new Skipped(`${why}: give --cookie FILE (docs/attack.md says which accounts help)`)
}
