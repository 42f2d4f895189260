import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { fullConfig } from '../../support/full-config.ts'
import { goodClaims } from '../../support/id-token-rules.ts'
import { newKey, type SigningKey, signed, startIssuer } from '../../support/issuer.ts'
import { perFile } from '../../support/test.ts'
import { test as base, idTokenType } from '../../support/test-apps.ts'

const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }

const test = base
  .extend('changing', perFile, async ({ closing }) => {
    const key = await newKey('ES256')
    const issuer = await startIssuer([key])
    closing({ close: issuer.switchOff })
    return { ...issuer, key }
  })
  .extend('setup', perFile, ({ changing: { url } }) => ({
    config: (partners: Parameters<typeof fullConfig>[0]) =>
      fullConfig(partners, { trustedIssuers: [{ issuer: url, clients: ['app'] }] }),
  }))
  /** Sends a token that this key has signed to one of the doors. */
  .extend('send', perFile, ({ baton, app, changing }) => {
    const token = (key: SigningKey, claims: object) => signed(key, goodClaims(changing.url, { ...claims }))
    const idToken = (key: SigningKey) => token(key, { aud: ['app', `${baton.url}/api/nonce`] })
    return {
      '/api/nonce': async (key: SigningKey) => app.post('/api/nonce', { token: await idToken(key) }),
      'the token exchange': async (key: SigningKey) =>
        app.exchange({ subject_token: await idToken(key), subject_token_type: idTokenType }),
      '/api/backchannel-logout': async (key: SigningKey) =>
        app.post('/api/backchannel-logout', {
          logout_token: await token(key, { aud: 'app', jti: randomUUID(), events }),
        }),
    }
  })
  /** The issuer's newest key, after two changes within the pause; Baton has seen the first. */
  .extend('newest', perFile, async ({ changing, send }) => {
    const [second, third] = [await newKey('ES256'), await newKey('ES256')]
    for (const door of Object.values(send)) expect((await door(changing.key)).status).toBe(200)
    changing.serveKeys([second.jwk])
    for (const door of Object.values(send)) expect((await door(second)).status).toBe(200)
    changing.serveKeys([third.jwk])
    return third
  })

test.for(['/api/nonce', 'the token exchange', '/api/backchannel-logout'] as const)(
  'after a second change of keys within the pause, %s answers 503 and when to come back',
  async (door, { send, newest, changing }) => {
    const answer = await send[door](newest)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({
      error: 'temporarily_unavailable',
      error_description: expect.any(String),
    })
    const seconds = Number(answer.headers.get('retry-after'))
    // Callers are told the pause, and not the five seconds of other failures.
    expect(seconds).toBeGreaterThan(5)
    expect(seconds).toBeLessThanOrEqual(30)
    expect(changing.requests.keys).toBe(2)
  },
)
