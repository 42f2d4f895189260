import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Baton, startBaton } from '../../support/baton.ts'
import { emptyPostgres } from '../../support/databases.ts'
import { freePort } from '../../support/free-port.ts'
import { type Partners, startPartners } from '../../support/partners.ts'
import { newPerson } from '../../support/person.ts'

let partners: Partners
let baton: Baton

beforeAll(async () => {
  const port = await freePort()
  partners = await startPartners({ batonPort: port })
  baton = await startBaton({ config: partners.config(), database: { url: await emptyPostgres() }, port })
})

afterAll(async () => {
  await baton?.stop()
  await partners?.close()
})

test('a signed-in browser hands its session to a browser with its own cookie jar', async () => {
  const source = newPerson(baton.url)
  await source.signIn()
  const { nonce } = await source.askForNonce()

  const target = newPerson(baton.url)
  const answer = await target.redeem(nonce)
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/')
  const [at, from] = [await target.session(), await source.session()]
  expect(at?.user).toEqual(from?.user)
  expect(at?.sid).not.toBe(from?.sid)
  const greeting = await target.ownPage('/api/backends/demo/api/authenticated/greeting')
  expect(await greeting.json()).toEqual({ greeting: 'Hello, Demo User!' })
})
