import { expect } from 'vitest'
import { formsIn } from '../../support/forms.ts'
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
  const { request, ownPage } = newPerson(origin)
  const [form] = formsIn(await (await request(path)).text())
  if (!form) throw new Error(`no form at ${path}`)
  const answer = await ownPage(form.action, { method: 'POST', body: form.fields })
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
