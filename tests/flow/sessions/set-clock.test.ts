import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Baton } from '../../support/baton.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import type { Person } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

/** Seconds that an access token lives. */
const accessTokenTtl = 2

const test = base
  .extend('setup', perFile, { accessTokenTtl, hasOwnClock: true } satisfies Setup)
  /** Signs in while Baton's clock is so many seconds off, and calls the backend. */
  .extend('signedInAt', ({ baton, signedIn }, { onCleanup }) => {
    onCleanup(() => baton.setClock(0))
    return async (offset: number): Promise<Person> => {
      await baton.setClock(offset)
      const person = await signedIn()
      expect((await person.ownPage(greeting)).status).toBe(200)
      return person
    }
  })

/** With a database whose clock is the process's own. */
const embedded = test.extend('setup', perFile, {
  accessTokenTtl,
  hasOwnClock: true,
  database: 'PGlite',
} satisfies Setup)

type Clock = [clock: string, first: number, then: number]

const clocks: Clock[] = [
  ['ahead at the sign-in and put right', 300, 0],
  ['right at the sign-in and set back', 0, -300],
  ['behind at the sign-in and put right', -300, 0],
  ['right at the sign-in and set forward', 0, 300],
]

type Stage = { baton: Baton; signedInAt(offset: number): Promise<Person>; refreshes(): number }

async function callAfterEachLife([, first, then]: Clock, stage: Stage): Promise<void> {
  const person = await stage.signedInAt(first)
  await stage.baton.setClock(then)
  for (let life = 0; life < 2; life++) {
    const before = stage.refreshes()
    await sleep(accessTokenTtl * 1000 + 200)
    expect((await person.ownPage(greeting)).status).toBe(200)
    expect(stage.refreshes()).toBe(before + 1)
  }
}

test.for(clocks)(
  'no access token that is over goes to a backend, with a clock that is %s',
  (clock, { baton, signedInAt, refreshes }) => callAfterEachLife(clock, { baton, signedInAt, refreshes }),
)

embedded.for(clocks)(
  'nor with the embedded database and a clock that is %s',
  (clock, { baton, signedInAt, refreshes }) => callAfterEachLife(clock, { baton, signedInAt, refreshes }),
)

test('an instance whose clock is right believes no cookie of one whose clock was ahead', async ({
  host,
  signedInAt,
  startAnother,
  refreshes,
}) => {
  const other = await startAnother()
  const cookie = await (await signedInAt(300)).cookies()
  const before = refreshes()
  await sleep(accessTokenTtl * 1000 + 200)
  const headers = { host, cookie, 'sec-fetch-site': 'same-origin' }
  expect((await httpCall(other.address, greeting, { headers })).status).toBe(200)
  expect(refreshes()).toBe(before + 1)
})
