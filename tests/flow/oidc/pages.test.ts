import { expect } from 'vitest'
import { formsIn } from '../../support/forms.ts'
import { follow, redirectUri } from '../../support/relying-party.ts'
import { signInAt, test } from '../../support/test-oidc.ts'

const html = { headers: { accept: 'text/html' } }

/** What the policy of an answer says for a directive. */
function directive(answer: Response, name: string): string {
  const policy = answer.headers.get('content-security-policy') ?? ''
  return new RegExp(`${name} ([^;]*)`).exec(policy)?.[1] ?? ''
}

/** An answer as a page in the frame of all pages, whose style and script alone its policy lets in. */
async function framed(answer: Response): Promise<string> {
  const text = await answer.text()
  const nonce = /'nonce-([^']+)'/.exec(directive(answer, 'style-src'))?.[1]
  expect(directive(answer, 'default-src')).toBe("'none'")
  expect(directive(answer, 'script-src')).toBe(`'nonce-${nonce}'`)
  for (const tag of text.match(/<(?:style|script)\b[^>]*>/g) ?? []) expect(tag).toContain(`nonce="${nonce}"`)
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-frame-options')).toBe('DENY')
  expect(text).toContain('<meta name="robots" content="noindex"/>')
  expect(text).toMatch(/<header\b.*aria-label="Baton: home"/s)
  return text
}

test('the question whether to sign out says who asks and who one is; its form is the library’s', async ({
  signedIn,
  web,
  baton,
}) => {
  const person = await signedIn()
  const { id_token = '' } = await signInAt(web, person)
  const query = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: redirectUri })
  const answer = await person.request(`/oidc/logout?${query}`, html)
  expect(directive(answer, 'form-action')).toContain(new URL(redirectUri).hostname)
  const text = await framed(answer)
  expect(text).toContain('<title>Sign out? · Baton</title>')
  expect(text.replaceAll(/<\/?bdi>/g, '')).toContain('Application web asks to sign you out.')
  expect(text).toMatch(/You are signed in here as.*Demo User/s)
  const form = formsIn(text).find(({ action }) => action.endsWith('/logout/confirm'))
  expect(form?.action).toBe(`${baton.url}/oidc/logout/confirm`)
  expect([...(form?.fields.keys() ?? [])]).toEqual(['xsrf'])
  expect(text).toMatch(
    /<button type="submit"[^>]*name="logout"[^>]*>|<button[^>]*value="yes"[^>]*name="logout"/,
  )
})

test('who is signed out, and who still is signed in, see it in the same frame', async ({
  newcomer,
  signedIn,
}) => {
  const out = await framed(await newcomer().request('/oidc/logout/success', html))
  expect(out).toContain('<title>You are signed out · Baton</title>')
  const still = await framed(await (await signedIn('bob')).request('/oidc/logout/success', html))
  expect(still).toContain('<title>You are still signed in here · Baton</title>')
  expect(still).toContain('Bob Builder')
  expect(formsIn(still).map(({ action }) => action)).toContain('/sign-out')
})

test('an error that cannot be sent back is told in that frame, and in the words of the protocol', async ({
  web,
  newcomer,
}) => {
  const { url } = await web.begin({ redirect_uri: 'https://evil.example/<script>' })
  const answer = await newcomer().request(url.href, html)
  expect(answer.status).toBe(400)
  const text = await framed(answer)
  expect(text).toContain('<title>That did not work · Baton</title>')
  expect(text).toMatch(/<p lang="en" dir="ltr"[^>]*><code[^>]*>invalid_redirect_uri<\/code>/)
  expect(text).not.toContain('<script>"')
})

test('no page of the OpenID Provider that Baton makes leads elsewhere by itself', async ({
  newcomer,
  baton,
}) => {
  const { page } = await follow(newcomer(), `${baton.url}/oidc/logout/success`)
  expect(page?.html).not.toMatch(/http-equiv|<a [^>]*href="http/)
})
