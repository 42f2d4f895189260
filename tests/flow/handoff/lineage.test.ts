import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../support/person.ts'
import { type Stage, startStage } from '../../support/stage.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage?.close())

test('a source that signs out takes its unspent nonces with it', async () => {
  const source = await stage.signedIn()
  const seen = (await source.askForNonce()).nonce
  const target = stage.newcomer()
  expect((await target.request(`/handoff?nonce=${seen}`)).status).toBe(200)
  const unseen = (await source.askForNonce()).nonce
  await source.signOut()
  expect((await target.request(`/handoff?nonce=${seen}`)).status).toBe(410)
  expect((await target.redeem(seen)).status).toBe(410)
  expect((await target.redeem(unseen)).status).toBe(410)
  expect(await target.session()).toBeNull()
})

test('a source that signs out signs out the browsers that it handed over to, and theirs', async () => {
  const source = await stage.signedIn()
  const child = await handedOverFrom(source)
  const grandchild = await handedOverFrom(child)
  expect(await statusesOf(source, child, grandchild)).toEqual([200, 200, 200])
  const cookies = await source.cookies()
  await source.signOut()
  expect(await statusesOf(child, grandchild)).toEqual([401, 401])
  const kept = await stage.newcomer().ownPage(greeting, { headers: { cookie: cookies } })
  expect(kept.status).toBe(401)
  expect([await child.session(), await grandchild.session()]).toEqual([null, null])
})

test('a browser that was handed over to signs out alone', async () => {
  const source = await stage.signedIn()
  const [child, sibling] = [await handedOverFrom(source), await handedOverFrom(source)]
  const cookie = await child.cookies()
  await child.signOut()
  expect(await statusesOf(source, sibling)).toEqual([200, 200])
  const kept = await stage.newcomer().ownPage(greeting, { headers: { cookie } })
  expect(kept.status).toBe(401)
})

test('other sessions of the same person are left alone by a sign-out', async () => {
  const [source, other] = [await stage.signedIn(), await stage.signedIn()]
  await source.signOut()
  expect(await statusesOf(other)).toEqual([200])
})

async function handedOverFrom(source: Person): Promise<Person> {
  const target = stage.newcomer()
  await target.redeem((await source.askForNonce()).nonce)
  return target
}

function statusesOf(...people: Person[]): Promise<number[]> {
  return Promise.all(people.map(async (person) => (await person.ownPage(greeting)).status))
}
