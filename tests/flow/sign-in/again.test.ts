import { expect } from 'vitest'
import { newPerson } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

/** Tests of a Baton whose operator wants the provider asked in a way of its own. */
const test = base.extend('setup', perFile, {
  config: ({ config, issuer }) =>
    config({
      providers: [
        {
          id: 'demo',
          type: 'oidc',
          issuer,
          clientId: 'baton',
          authorizationParams: { prompt: 'consent', access_type: 'offline' },
        },
      ],
    }),
} as Setup)

/** Presses the one button of the sign-in page, and reads the authorization request that it leads to. */
async function press(origin: string, path: string) {
  const { request } = newPerson(origin)
  const html = await (await request(path)).text()
  const body = new FormData()
  for (const [, name = '', value = ''] of html.matchAll(
    /<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g,
  ))
    body.append(name, value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
  const answer = await request(path, { method: 'POST', headers: { origin }, body })
  return Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams)
}

test("a first sign-in has the operator's own parameters", async ({ baton }) => {
  const request = await press(baton.url, '/sign-in')
  expect(request).toMatchObject({ prompt: 'consent', access_type: 'offline', client_id: 'baton' })
})

test("re-authentication adds login to the operator's own prompt and keeps the other parameters", async ({
  baton,
}) => {
  const request = await press(baton.url, '/sign-in?again=1')
  expect(request).toMatchObject({ prompt: 'consent login', access_type: 'offline', client_id: 'baton' })
})
