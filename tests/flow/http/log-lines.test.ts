import { expect } from 'vitest'
import { endpoints } from '#lib/endpoints/all.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { rawExchange } from '../../support/clients/raw-exchange.ts'
import { freePort } from '../../support/free-port.ts'
import { fullConfig } from '../../support/full-config.ts'
import { expectModest } from '../../support/modest-lines.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-oidc.ts'
import { startTrustedIssuer } from '../../support/trusted-issuer.ts'

const long = `${'a'.repeat(3_000)}<b>"\\%00%0a${'é'.repeat(100)}`

const test = base
  /** An issuer whose keys can no longer be had. */
  .extend('away', perFile, async () => {
    const issuer = await startTrustedIssuer()
    await issuer.close()
    return issuer
  })
  .extend('setup', perFile, async ({ away }): Promise<Setup> => {
    const nowhere = `http://127.0.0.1:${await freePort()}`
    return {
      config: (partners) => {
        const full = fullConfig(partners) as Record<'providers' | 'trustedIssuers' | 'backends', object[]>
        return {
          ...full,
          providers: [
            ...full.providers,
            { id: 'away', name: 'Away', type: 'oidc', issuer: nowhere, clientId: 'baton', clientSecret: 'x' },
          ],
          trustedIssuers: [...full.trustedIssuers, away.trust],
          backends: [...full.backends, { ...partners.backendOfBoth, name: 'away', url: nowhere }],
          tokenService: { url: `${nowhere}/token`, clientId: 'baton', clientSecret: 'x'.repeat(32) },
        }
      },
    }
  })
  /** The lines that Baton has logged since the last look. */
  .extend('newLines', ({ baton }) => {
    let seen = baton.log().length
    return async () => {
      // What is on its way has arrived when a later line has.
      const id = await rawExchange(
        baton.address,
        `GET /api/later HTTP/1.1\r\nHost: ${new URL(baton.url).host}\r\nConnection: close\r\n\r\n`,
      )
      const [, last = 'none'] = /x-request-id: (\S+)/i.exec(id) ?? []
      await expect.poll(() => baton.log()).toContain(last)
      const lines = baton.log().slice(seen).split('\n').slice(0, -1)
      seen = baton.log().length
      return lines
    }
  })

test('no line that a stranger causes is long or has a stack, whatever is sent where', async ({
  baton,
  host,
  newLines,
}) => {
  const names = ['nonce', 'token', 'error', 'error_description', 'state', 'code', 'client_id', 'redirect_uri']
  const more = ['subject_token', 'logout_token', 'grant_type', 'scope', 'provider', 'callbackUrl', 'resource']
  const headers = {
    host,
    'sec-fetch-site': 'same-origin',
    'user-agent': long.replace(/é/g, ''),
    accept: 'text/html',
  }
  const credentials = {
    authorization: `Basic ${Buffer.from(`${long.slice(0, 2000)}:x`).toString('base64')}`,
    cookie: ['session', 'handoff.x', 'oidc'].map((name) => `baton.${name}=${'e'.repeat(500)}`).join('; '),
  }
  const value = encodeURIComponent(long)
  for (const { path } of endpoints) {
    const address = path.replace('*', () => encodeURIComponent(long.slice(0, 1000)))
    for (const target of [address, ...names.map((name) => `${address}?${name}=${value}`)])
      for (const own of [headers, { ...headers, ...credentials, authorization: 'Bearer a.b.c' }])
        await httpCall(baton.address, target, { headers: own })
    for (const all of [names, [...names, ...more]]) {
      const body = String(new URLSearchParams(all.map((name) => [name, long])))
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      for (const own of [headers, { ...headers, ...credentials }])
        await httpCall(baton.address, address, {
          method: 'POST',
          headers: { ...own, ...type, 'content-length': String(body.length) },
          body,
        })
    }
  }
  const lines = await newLines()
  expect(lines.length).toBeGreaterThan(100)
  expectModest(lines)
})

test('nor one about another server that cannot be reached, or about an unknown sign-in', async ({
  baton,
  away,
  newcomer,
  person,
  newLines,
}) => {
  const stranger = newcomer()
  const idToken = await away.idToken(baton.url)
  const forms: [string, Record<string, string>][] = [
    ['/api/nonce', { token: idToken }],
    ['/sign-in', { provider: 'away' }],
    [
      '/oidc/token',
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        client_id: 'app',
        subject_token: idToken,
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      },
    ],
  ]
  for (const [path, form] of forms)
    await stranger.ownPage(path, { method: 'POST', body: new URLSearchParams(form) })
  const answer = new URLSearchParams({ error: long, error_description: long, state: 'x' })
  await stranger.arrive(`/api/auth/callback/demo?${answer}`)
  await person.ownPage('/api/backends/away/')
  const lines = await newLines()
  expect(lines.filter((line) => line.includes('ECONNREFUSED')).length).toBeGreaterThanOrEqual(4)
  expect(lines.join()).toContain('an unknown sign-in was refused')
  expectModest(lines)
})

test('nor one of a refused sign-in or ID token, in words of the other side', async ({
  baton,
  issuer,
  newcomer,
  newLines,
}) => {
  const answers: Record<string, string>[] = [
    { error: long, error_description: long },
    { error: 'access_denied', error_description: long },
    { code: long },
    { code: 'x', iss: long },
    { id_token: long },
    { response: long },
  ]
  for (const answer of answers) {
    const stranger = newcomer()
    const form = new URLSearchParams({ provider: 'demo' })
    const begun = await stranger.ownPage('/sign-in', { method: 'POST', body: form })
    const location = new URL(begun.headers.get('location') ?? '')
    const state = location.searchParams.get('state') ?? ''
    await stranger.arrive(`/api/auth/callback/demo?${new URLSearchParams({ ...answer, state })}`)
  }
  const bad = [
    await issuer.idToken(baton.url, {}, { typ: long }),
    await issuer.idToken(baton.url, { typ: long }),
    await issuer.idToken(baton.url, { purpose: long }),
    await issuer.idToken(baton.url, { iss: long }),
    await issuer.idToken(baton.url, { sub: long }),
    await issuer.idToken(baton.url, {}, { kid: long }),
  ]
  for (const token of bad)
    for (const [path, name] of [
      ['/api/nonce', 'token'],
      ['/api/backchannel-logout', 'logout_token'],
    ] as const)
      await newcomer().request(path, { method: 'POST', body: new URLSearchParams({ [name]: token }) })
  await newcomer().request('/oidc/token', {
    method: 'POST',
    headers: { origin: `https://${'a'.repeat(5_000)}.example` },
    body: new URLSearchParams({ client_id: 'app', grant_type: 'refresh_token', refresh_token: 'x' }),
  })
  const lines = await newLines()
  for (const told of ['a sign-in failed', 'nobody was signed in', 'its type is', 'its typ is'])
    expect(lines.join()).toContain(told)
  expectModest(lines)
})
