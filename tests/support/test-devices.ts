import { expect } from 'vitest'
import { deviceCodeGrant } from '#lib/oauth/urns.ts'
import { fullConfig } from './full-config.ts'
import type { Setup, StagePartners } from './stage.ts'
import { test as base, perFile } from './test.ts'
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
