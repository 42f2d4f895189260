import type { Person } from './person.ts'
import { follow, relyingParty } from './relying-party.ts'
import { test as base, perFile } from './test.ts'

export type App = Awaited<ReturnType<typeof relyingParty>>

/** HTTP Basic credentials of `web` (RFC 6749, section 2.3.1). */
export const webAuthorization = `Basic ${btoa('web:the+secret+of+web')}`

/** Tests of Baton's OpenID Provider with the web applications of `fullConfig`. */
export const test = base
  .extend('web', perFile, ({ baton }) => relyingParty(baton.url, 'web'))
  /** The application that is told of sign-outs. */
  .extend('heard', perFile, ({ baton }) => relyingParty(baton.url, 'heard'))
  /** Somebody else's application. */
  .extend('stranger', perFile, ({ baton }) => relyingParty(baton.url, 'stranger'))
  /** The logout tokens that `heard` got in this test. */
  .extend('logouts', ({ partners }) => {
    partners.logoutTokens.length = 0
    return partners.logoutTokens
  })
  /** Posts a form to an endpoint of the provider with the credentials of `web`. */
  .extend(
    'post',
    perFile,
    ({ baton }) =>
      (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
        fetch(`${baton.url}/oidc${path}`, {
          method: 'POST',
          headers: { authorization: webAuthorization, ...headers },
          body: new URLSearchParams(form),
        }),
  )

/** The error that an authorization response brought. */
export const errorOf = (url: URL) => url.searchParams.get('error')

/** Signs in at an application in a browser that has a session at Baton. */
export async function signInAt(app: App, browser: Person, parameters: Record<string, string> = {}) {
  const { url, checks } = await app.begin(parameters)
  const end = await follow(browser, url)
  return app.finish(end.url, checks)
}
