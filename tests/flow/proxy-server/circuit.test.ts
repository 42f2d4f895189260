import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { freePort } from '../../support/free-port.ts'
import { fullConfig } from '../../support/full-config.ts'
import { listen } from '../../support/partners.ts'
import type { Person } from '../../support/person.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('slow', perFile, ({ closing }) =>
    closing(listen(({ url = '' }, response) => void (url.includes('never') || response.end('answer')))),
  )
  .extend('port', perFile, () => freePort())
  .extend('setup', perFile, ({ slow, port }) => ({
    config: (partners: Parameters<typeof fullConfig>[0]) => {
      const at = (name: string, url: string) => ({
        name,
        url,
        token: 'baton',
        audience: url,
        timeoutMs: 300,
      })
      const dead = `http://127.0.0.1:${port}`
      return fullConfig(partners, {
        backends: [at('one', slow.url), at('three', slow.url), at('dead', dead)],
      })
    },
  }))
  /** A person of the trusted issuer, signed in by a hand-off. */
  .extend('named', perFile, ({ baton, issuer, newcomer }) => async (sub: string) => {
    const target = newcomer()
    await target.redeem((await askForNonce(baton.url, await issuer.idToken(baton.url, { sub }))).nonce)
    return target
  })

const ask = async (person: Person, path: string) => {
  const answer = await person.ownPage(`/api/backends/${path}`)
  await answer.body?.cancel()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
}
const statuses = async (person: Person, path: string, count: number) => {
  const answers = await Promise.all(Array.from({ length: count }, () => ask(person, path)))
  return new Set(answers.map(({ status }) => status))
}

test('60 calls of one person that time out leave the backend open for everybody else', async ({ named }) => {
  const [one, another] = [await named('one'), await named('another')]
  expect(await statuses(one, 'one/never', 60)).toEqual(new Set([504]))
  expect(await ask(another, 'one/x')).toMatchObject({ status: 200 })
  // Nor do a single one of two others.
  for (const person of [another, await named('a third')])
    expect(await statuses(person, 'one/never', 1)).toEqual(new Set([504]))
  expect(await statuses(one, 'one/never', 60)).toEqual(new Set([504]))
  expect(await ask(another, 'one/x')).toMatchObject({ status: 200 })
})

test('a backend that is silent for three people is left alone', async ({ named }) => {
  for (const sub of ['a', 'b', 'c']) await statuses(await named(sub), 'three/never', 7)
  expect(await ask(await named('d'), 'three/x')).toEqual({ status: 503, retryAfter: '5' })
})

test('a backend that cannot be reached is left alone, until a probe finds it back', async ({
  named,
  port,
  closing,
}) => {
  const [one, another] = [await named('one'), await named('another')]
  expect(await statuses(one, 'dead/x', 20)).toEqual(new Set([502]))
  expect(await ask(another, 'dead/x')).toEqual({ status: 503, retryAfter: '5' })
  await closing(listen((_, response) => response.end('back'), port))
  expect(await ask(one, 'dead/x')).toMatchObject({ status: 503 })
  await sleep(5_000)
  expect(await ask(another, 'dead/x')).toMatchObject({ status: 200 })
  expect(await statuses(one, 'dead/x', 20)).toEqual(new Set([200]))
})
