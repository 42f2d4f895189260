import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startBaton } from '../../support/baton.ts'
import { type Stage, startStage } from '../../support/stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await startStage()
})

afterEach(() => stage?.close())

test('SIGTERM lets a call that runs finish, takes no new ones, and ends with exit code 0', async () => {
  const { baton, partners } = stage
  const person = await stage.signedIn()
  const atBackend = once(partners.backendServer, 'request')
  const running = person.ownPage('/api/backends/demo/api/authenticated/slow?ms=1500')
  await atBackend
  const exit = baton.stop()
  await logged('stopping')
  await expect(fetch(`${baton.address}/api/health`)).rejects.toThrow()

  const answer = await running
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ waited: 1500 })
  expect(await exit).toBe(0)
})

test('a server that was stopped starts again on the same database with everyone signed in', async () => {
  const { baton, partners, databaseUrl } = stage
  const person = await stage.signedIn()
  const before = await person.session()
  expect(await baton.stop()).toBe(0)
  const again = await startBaton({
    config: partners.config(),
    database: { url: databaseUrl },
    port: Number(new URL(baton.url).port),
  })
  expect(await person.session()).toEqual({ ...before, expires: expect.any(String) })
  expect((await person.ownPage('/api/backends/demo/api/authenticated/greeting')).status).toBe(200)
  expect(await again.stop()).toBe(0)
})

async function logged(words: string): Promise<void> {
  await expect.poll(() => stage.baton.log()).toContain(words)
}
