import { expect } from 'vitest'
import { authSecret } from '../../support/baton.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const newer = 'a newer secret of the tests that is long enough'
const greeting = '/api/backends/demo/api/authenticated/greeting'

const test = base
  .extend('setup', perFile, {
    config: (partners) => partners.config({ backends: [partners.backendOfBoth] }),
  } satisfies Setup)
  /** Starts Baton again with these secrets. */
  .extend('restart', ({ stage, baton, startAnother }) => {
    let running = baton
    return async (secrets: string): Promise<void> => {
      await running.stop()
      running = await startAnother({ port: stage.publicPort, env: { AUTH_SECRET: secrets } })
    }
  })

test('after a change of the secret, sessions, token sets and signing keys go on', async ({
  baton,
  signedIn,
  restart,
}) => {
  const [person, idle] = [await signedIn(), await signedIn('bob')]
  const keys = async () => (await fetch(`${baton.url}/oidc/jwks`)).json()
  const [published, session] = [await keys(), await person.session()]

  await restart(`${newer},${authSecret}`)
  const before = await person.cookies()
  expect((await person.ownPage(greeting)).status).toBe(200)
  expect(await person.session()).toEqual({ ...session, expires: expect.any(String) })
  expect(await person.cookies()).not.toBe(before)

  await restart(newer)
  expect((await person.ownPage(greeting)).status).toBe(200)
  expect(await person.session()).toMatchObject({ sid: session?.sid })
  expect(await keys()).toEqual(published)
  // Who was not here in between has a cookie that nobody can open any more.
  expect(await idle.session()).toBeNull()
})
