import { readFileSync } from 'node:fs'
import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { follow, pressContinue, redirectUri, relyingParty } from '../../support/relying-party.ts'
import { test as base, perFile } from '../../support/test.ts'

const curity = 'https://idsvr.example.com'
const nonce1 = 'urn:se:curity:authentication:nonce:nonce1'
const guide = readFileSync('docs/come-from/curity.md', 'utf8')
const [, written = ''] = /\*\*`baton\.config\.json`\*\*\n\n```json\n([\s\S]*?)```/.exec(guide) ?? []

/** A Baton with the configuration of the guide, in which other servers are where they are here. */
const test = base.extend('setup', perFile, {
  config: ({ trustedIssuer }) =>
    JSON.parse(
      written
        .replaceAll(`${curity}/oauth/v2/oauth-anonymous`, trustedIssuer.url)
        .replaceAll('https://app.example.com/callback', redirectUri)
        .replaceAll('https://app.example.com/', redirectUri.replace(/callback$/, '')),
    ),
  env: { CURITY_SECRET: 'a secret that nobody asks for', WEB_APP_SECRET: 'the secret of web-app' },
})

test("an app and an application that make the requests of Curity's nonce authenticator are served", async ({
  baton,
  issuer,
  newcomer,
}) => {
  const { url: batonUrl } = baton
  const token = await issuer.idToken(batonUrl, {
    aud: [`${curity}/authentication/anonymous/nonce1`, `${batonUrl}/api/nonce`, 'phone'],
    azp: 'phone',
  })
  const body = new URLSearchParams({ token, target: 'web-app' })
  const answer = await fetch(`${batonUrl}/api/nonce`, { method: 'POST', body })
  const { nonce, handoff_uri } = (await answer.json()) as { nonce: string; handoff_uri: string }
  const opened = new URL(handoff_uri)
  expect(opened.origin + opened.pathname).toBe(redirectUri.replace(/callback$/, ''))
  expect(opened.searchParams.get('nonce')).toBe(nonce)

  const app = await relyingParty(batonUrl, 'web-app')
  const parameters = { login_hint_token: nonce, acr_values: nonce1, prompt: 'login' }
  const { url, checks } = await app.begin(parameters)
  const browser = newcomer()
  const first = await follow(browser, url)
  // Where nobody is asked, the page sends its form by itself.
  expect(first.page?.html).not.toContain('Continue only if')
  const end = await pressContinue(browser, first.url, first.page?.html ?? '')
  const { id_token = '' } = await app.finish(end.url, checks)
  expect(decodeJwt(id_token)).toMatchObject({ iss: `${batonUrl}/oidc`, aud: 'web-app', acr: nonce1 })

  const again = await follow(newcomer(), (await app.begin(parameters)).url)
  expect(again.url.searchParams.get('error')).toBe('unmet_authentication_requirements')
})
