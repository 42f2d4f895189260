import { expect } from 'vitest'
import { startBaton } from '../../support/baton.ts'
import { emptyPostgres } from '../../support/databases.ts'
import { newPerson } from '../../support/person.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  /** A Baton whose operator wants a provider asked in a way of its own. */
  .extend('asking', perFile, async ({ partners, closing }) => {
    const authorizationParams = { prompt: 'consent', access_type: 'offline' }
    const config = partners.config({
      providers: [
        { id: 'demo', type: 'oidc', issuer: partners.issuer, clientId: 'baton', authorizationParams },
      ],
      trustedIssuers: [],
      backends: [],
    })
    const baton = await startBaton({ config, database: { url: await emptyPostgres() } })
    return closing({ url: baton.url, close: baton.stop })
  })

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

test("a first sign-in has the operator's own parameters", async ({ asking }) => {
  const request = await press(asking.url, '/sign-in')
  expect(request).toMatchObject({ prompt: 'consent', access_type: 'offline', client_id: 'baton' })
})

test("re-authentication adds login to the operator's own prompt and keeps the other parameters", async ({
  asking,
}) => {
  const request = await press(asking.url, '/sign-in?again=1')
  expect(request).toMatchObject({ prompt: 'consent login', access_type: 'offline', client_id: 'baton' })
})
