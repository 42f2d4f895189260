import { afterAll, beforeAll, expect, test } from 'vitest'
import { authSecret, type Baton, startBaton } from '../../support/baton.ts'
import { emptyPostgres } from '../../support/databases.ts'
import { freePort } from '../../support/free-port.ts'
import { type Partners, startPartners } from '../../support/partners.ts'
import { newPerson } from '../../support/person.ts'

const newer = 'a newer secret of the tests that is long enough'
const greeting = '/api/backends/demo/api/authenticated/greeting'

let partners: Partners
let baton: Baton
let start: (secret: string) => Promise<void>

beforeAll(async () => {
  const port = await freePort()
  partners = await startPartners({ batonPort: port })
  const database = { url: await emptyPostgres() }
  start = async (secret) => {
    await baton?.stop()
    baton = await startBaton({
      config: partners.config({ backends: [partners.backendOfBoth] }),
      database,
      port,
      env: { AUTH_SECRET: secret },
    })
  }
  await start(authSecret)
})
afterAll(async () => {
  await baton?.stop()
  await partners?.close()
})

test('the secret is replaced without a loss: sessions, token sets and signing keys go on under the new one alone', async () => {
  const [person, idle] = [newPerson(baton.url), newPerson(baton.url)]
  await person.signIn()
  await idle.signIn('bob')
  const keys = async () => (await fetch(`${baton.url}/oidc/jwks`)).json()
  const [published, session] = [await keys(), await person.session()]

  await start(`${newer},${authSecret}`)
  const before = await person.cookies()
  expect((await person.ownPage(greeting)).status).toBe(200)
  expect(await person.session()).toEqual({ ...session, expires: expect.any(String) })
  expect(await person.cookies()).not.toBe(before)

  await start(newer)
  expect((await person.ownPage(greeting)).status).toBe(200)
  expect(await person.session()).toMatchObject({ sid: session?.sid })
  expect(await keys()).toEqual(published)
  // Who was not here in between has a cookie that nobody can open any more.
  expect(await idle.session()).toBeNull()
})
