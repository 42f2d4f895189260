import { randomUUID } from 'node:crypto'
import { askAsBrowser, openCode, tokenOn } from '../../support/another-device.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import type { Person } from '../../support/person.ts'
import { follow, relyingParty } from '../../support/relying-party.ts'
import { basic, idTokenType, tokenExchange } from '../../support/test-apps.ts'
import { signInAt } from '../../support/test-oidc.ts'
import { bearer, type Given } from './play.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'

type Call = { browser?: Person; form?: Record<string, string>; json?: unknown; at?: string }

/** What each operation is asked with, by its id, in a session that is there, and the other proofs. */
export async function preparedCalls({ browser, stage, webNonce, operatorJwt }: Given) {
  const { baton, partners } = stage
  const person = browser()
  await person.signIn()
  const web = await relyingParty(baton.url, 'web')
  const tokens = await signInAt(web, person)
  const nonce = async (form = {}) => (await person.askForNonce(form)).nonce
  const fieldsAt = async (by: Person, path: string) =>
    readHandoffPage(await (await by.request(path)).text()).fields as Record<string, string>

  const target = browser()
  const shown = await nonce()
  const handoff = await fieldsAt(target, `/handoff?nonce=${shown}`)
  const stepping = browser()
  const step = await follow(stepping, (await web.beginWithNonce(await nonce({ target: 'web' }))).url)
  const waiting = browser()
  const user_code = await askAsBrowser(waiting)
  const csrf_token = tokenOn(await openCode(person, user_code))
  const hint = new URLSearchParams({ id_token_hint: tokens.id_token ?? '' })
  const logout = await fieldsAt(person, `/oidc/logout?${hint}`)
  const { csrfToken } = (await (await person.request('/api/auth/csrf')).json()) as { csrfToken: string }
  const { trustedIssuer } = partners
  const sub = 'away'
  const claims = { sub, aud: 'app', azp: undefined, jti: randomUUID(), events: { [event]: {} } }
  const uid = step.url.pathname.split('/').at(-1)
  const calls: Record<string, Call> = {
    getNonceStatus: { at: `/api/nonce/status?nonce=${shown}` },
    approveNonce: { form: { nonce: shown, approve: 'yes', number: '11' } },
    showHandoff: { at: `/handoff?nonce=${shown}` },
    redeemHandoff: { browser: target, form: handoff },
    answerDevice: { form: { user_code } },
    showDevice: { at: `/device?user_code=${user_code}` },
    answerDeviceByForm: { form: { user_code, csrf_token, approve: 'yes', number: '11' } },
    showAnotherDevice: { browser: waiting },
    getAnotherDeviceState: { browser: waiting },
    watchAnotherDevice: { browser: waiting },
    requestToken: {
      form: {
        grant_type: tokenExchange,
        client_id: 'app',
        subject_token: await trustedIssuer.idToken(baton.url),
        subject_token_type: idTokenType,
      },
    },
    authorizeDevice: { form: { client_id: 'tv' } },
    introspect: { form: { token: await webNonce() } },
    revoke: { form: { token: await webNonce(), client_id: 'app' } },
    authorize: { at: (await web.begin()).url.href.replace(baton.url, '') },
    resumeAuthorization: { browser: stepping, at: `/oidc/authorize/${uid}` },
    showStep: { browser: stepping, at: step.url.pathname },
    takeStep: {
      browser: stepping,
      at: step.url.pathname,
      form: readHandoffPage(step.page?.html ?? '').fields as Record<string, string>,
    },
    logOut: { at: `/oidc/logout?${hint}` },
    logOutByForm: { form: Object.fromEntries(hint) },
    confirmLogOut: { form: { ...logout, logout: 'yes' } },
    showLoggedOut: { at: '/oidc/logout/success?client_id=web' },
    logOutByProvider: {
      form: { logout_token: await trustedIssuer.idToken(baton.url, claims, { typ: 'logout+jwt' }) },
    },
    signOutGlobally: { json: { sub_id: { format: 'iss_sub', iss: trustedIssuer.url, sub } } },
    updatePageSession: { json: { csrfToken } },
    finishSignIn: { at: '/api/auth/callback/demo?state=x' },
    finishSignInByForm: { form: { state: 'x' } },
    signInByScript: { form: { csrfToken, callbackUrl: '/' } },
    signOutByScript: { form: { csrfToken, callbackUrl: '/' } },
    signIn: { form: { provider: 'demo' } },
    endSessionsByForm: { form: { end: 'all' } },
  }
  return {
    person,
    calls,
    proofs: {
      webNonce: bearer(await webNonce()),
      clientSecretBasic: { authorization: basic('demo-backend', 'demo-backend-secret') },
      accessToken: bearer(tokens.access_token),
      operatorJwt: bearer(await operatorJwt()),
    } as Record<string, Record<string, string>>,
  }
}
