import { expect } from 'vitest'
import { deviceCodeGrant } from '#lib/oauth/urns.ts'
import { fullConfig } from './full-config.ts'
import type { Person } from './person.ts'
import type { Setup, StagePartners } from './stage.ts'
import { test as base, perFile } from './test.ts'
import { digitsIn } from './test-approval.ts'
import { from } from './test-limits.ts'

/** The answer of the device authorization endpoint. */
type Asked = {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  expires_in: number
  interval: number
}

/** The networks of `here` and `elsewhere`. */
export const [here, elsewhere] = [from('203.0.113.7'), from('198.51.100.7')]

/** Has a browser ask to be signed in by another device; gives its user code. */
export async function askAsBrowser(browser: Person, callbackUrl = '/'): Promise<string> {
  const body = new URLSearchParams({ callbackUrl })
  const answer = await browser.ownPage('/sign-in/another-device', { method: 'POST', body })
  if (answer.status !== 303) throw new Error(`no code: ${answer.status} ${await answer.text()}`)
  return codeOn(browser)
}

/** The user code on the page of a browser that waits. */
export async function codeOn(browser: Person): Promise<string> {
  const html = await (await browser.request('/sign-in/another-device')).text()
  return /[B-Z]{4}-[B-Z]{4}/.exec(html)?.[0] ?? ''
}

/** How far the request of a browser has come, as its page asks. */
export async function stateOf(browser: Person): Promise<string> {
  return (await (await browser.ownPage('/sign-in/another-device/state')).json()).state
}

/** Opens a user code as a signed-in person does; gives the page. */
export async function openCode(person: Person, code: string): Promise<string> {
  return (await person.request(`/device?user_code=${code}`)).text()
}

/** Opens a code and sends the form of its page. */
export async function answerCode(person: Person, form: Record<string, string>): Promise<Response> {
  const csrf_token = tokenOn(await openCode(person, form.user_code ?? ''))
  return person.ownPage('/device', { method: 'POST', body: new URLSearchParams({ csrf_token, ...form }) })
}

/** The token of the form of such a page; empty where it has none. */
export function tokenOn(html: string): string {
  return /name="csrf_token" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

/** Opens the code of a browser that waits, and approves it with the number that it shows. */
export async function approveBrowser(person: Person, browser: Person, code: string): Promise<Response> {
  await openCode(person, code)
  return answerCode(person, { user_code: code, approve: 'yes', number: await numberOn(browser) })
}

/** The number on the page of a browser whose code somebody has opened. */
export async function numberOn(browser: Person): Promise<string> {
  return digitsIn(await (await browser.request('/sign-in/another-device')).text()) ?? ''
}

/** Takes an answer of the OpenID Provider for this error, in JSON that no cache keeps. */
export async function expectError(answer: Response, status: number, error: string): Promise<void> {
  expect({ status: answer.status, ...(await answer.json()) }).toMatchObject({ status, error })
  expect(answer.headers.get('cache-control')).toBe('no-store')
}

/** Tests with browsers and devices that others sign in, behind a proxy that tells where calls come from. */
export const test = base
  .extend('setup', perFile, {
    config: (partners: StagePartners) =>
      fullConfig(partners, { trustedProxies: ['127.0.0.0/8'], handoff: { nonceTtl: 120 } }),
  } satisfies Setup)
  .extend('another', perFile, ({ startAnother }) => startAnother())
  /** A browser in which Demo User is signed in, in the network `here`. */
  .extend('approver', ({ signedIn }) => signedIn('demo', here))
  /** A browser in the same network, in which nobody is signed in. */
  .extend('waiting', ({ newcomer }) => newcomer(here))
  /** The television `tv`. */
  .extend('tv', perFile, ({ baton: { url } }) => {
    const post = (path: string, form: Record<string, string>) =>
      fetch(`${url}/oidc${path}`, { method: 'POST', headers: here, body: new URLSearchParams(form) })
    return {
      post,
      async ask(form: Record<string, string> = {}): Promise<Asked> {
        const answer = await post('/device_authorization', {
          client_id: 'tv',
          scope: 'openid profile',
          ...form,
        })
        if (!answer.ok) throw new Error(`no code: ${answer.status} ${await answer.text()}`)
        return answer.json()
      },
      poll: (device_code: string, client_id = 'tv') =>
        post('/token', { grant_type: deviceCodeGrant, device_code, client_id }),
    }
  })
