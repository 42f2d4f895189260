import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startBaton } from '../support/baton.ts'
import { newInstallation } from '../support/installation.ts'
import { lastRelease } from '../support/last-release.ts'
import { logLines } from '../support/log-lines.ts'
import { newPerson, type Person } from '../support/person.ts'
import { startFakeProvider } from '../support/servers/fake-provider.ts'
import { beginSignIn, comeBack, signInAt, visit } from '../support/sign-in-at.ts'
import { test as base, perFile } from '../support/test.ts'

// An operator's first hour with Baton, in the order in which it goes: each test stands on those before.
const timeout = 600_000

const authSecret = 'a secret of the first hour that is long enough'

const test = base
  .extend('installation', perFile, ({ closing }) => closing(newInstallation()))
  .extend('provider', perFile, ({ closing }) => closing(startFakeProvider()))
  /** The entry of the provider, as it has to be. */
  .extend('entry', perFile, ({ provider: { issuer } }) => {
    return { id: 'login', type: 'oidc', issuer, clientId: 'baton', clientSecret: 'secret of baton' }
  })
  /** The people who have signed in so far. */
  .extend('people', perFile, [] as Person[])

const failedSignIns = (log: () => string) =>
  logLines({ log }).filter(({ event }) => event === 'sign_in.failed')

test('install: npm ci, a build, and a page that says what to set', { timeout }, async ({ installation }) => {
  const { npm, baton, configuration, environment, start, stop, url } = installation
  const installed = await npm('ci', '--prefer-offline')
  expect(installed.exitCode, installed.output).toBe(0)
  const early = await start()
  expect([early.exitCode, early.output]).toEqual([1, expect.stringContaining('npm run build')])
  const built = await npm('run', 'build')
  expect(built.exitCode, built.output).toBe(0)

  const bare = await start()
  expect([bare.exitCode, bare.output]).toEqual([1, expect.stringMatching(/BATON_URL.*AUTH_SECRET/s)])
  await environment({ AUTH_SECRET: authSecret })
  const without = await baton('check')
  expect([without.exitCode, without.output]).toEqual([1, expect.stringContaining('demo/baton.config.json')])
  await configuration({})
  const checked = await baton('check')
  expect([checked.exitCode, checked.output]).toEqual([0, expect.stringContaining('nobody can sign in yet')])
  expect((await start()).exitCode).toBeNull()
  expect(await (await fetch(url)).text()).toContain(`${url}/api/auth/callback/login`)
  await stop()
})

test('connect a provider: the check names what to register there, and people can sign in', {
  timeout,
}, async ({ installation, provider, entry, people }) => {
  const { baton, configuration, start, url } = installation
  await configuration({ providers: [entry] })
  const checked = await baton('check')
  expect(checked.exitCode, checked.output).toBe(0)
  const redirectUri = `${url}/api/auth/callback/login`
  expect(checked.output).toContain(`redirect URI: ${redirectUri}`)

  await start()
  const person = newPerson(url)
  await signInAt(person, provider, 'login')
  expect(await person.session()).not.toBeNull()
  expect(provider.asked('authorization')[0]?.url.searchParams.get('redirect_uri')).toBe(redirectUri)
  people.push(person)
})

test('break it by a typing error: it does not start, and says which word was meant', {
  timeout,
}, async ({ installation, entry }) => {
  const { baton, configuration, start, stop } = installation
  await stop()
  const { clientId, ...others } = entry
  await configuration({ providers: [{ ...others, clientID: clientId }] })
  const [checked, started] = [await baton('check'), await start()]
  for (const { exitCode, output } of [checked, started]) {
    expect(exitCode).toBe(1)
    expect(output).toMatch(/providers\[0\][^\n]*clientID[^\n]*did you mean "clientId"/)
  }
})

test('break it by a wrong secret: the log says what the provider said, what to do, and where to read on', {
  timeout,
}, async ({ installation, provider, entry }) => {
  const { configuration, start, url, stop } = installation
  await configuration({ providers: [{ ...entry, clientSecret: 'another secret' }] })
  const { log } = await start()
  const person = newPerson(url)
  await comeBack(person, await visit(provider, await beginSignIn(person, 'login')))
  expect(await person.session()).toBeNull()
  await expect.poll(() => failedSignIns(log)).toHaveLength(1)
  expect(failedSignIns(log)[0]).toMatchObject({
    error: 'invalid_client',
    provider: 'login',
    advice: expect.stringContaining('clientSecret'),
    help: 'docs/troubleshooting.md#sign-in-failed',
  })
  const troubleshooting = await readFile(join(installation.folder, 'docs/troubleshooting.md'), 'utf8')
  expect(troubleshooting).toContain('\n### Sign-in failed\n')
  await stop()
})

test('the provider goes down: the check says so, and nobody is signed out by it', { timeout }, async ({
  installation,
  provider,
  entry,
  people,
}) => {
  const { baton, configuration, start, url } = installation
  await configuration({ providers: [entry] })
  const { log } = await start()
  await provider.goDown()
  const checked = await baton('check')
  expect(checked.exitCode).toBe(1)
  expect(checked.output).toMatch(/fault +provider login +[^\n]*(?:cannot be|refused|ECONNREFUSED)/)
  const stranger = newPerson(url)
  const { csrfToken } = (await (await stranger.request('/api/auth/csrf')).json()) as { csrfToken: string }
  const begun = await stranger.request('/api/auth/signin/login', {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, callbackUrl: '/' }),
  })
  const page = await (await stranger.request(begun.headers.get('location') ?? '')).text()
  expect(page).toContain('Try again in a minute')
  await expect.poll(() => failedSignIns(log)).toHaveLength(1)
  expect(page).toContain(`>${failedSignIns(log)[0]?.requestId}</code>`)
  expect(await people[0]?.session()).not.toBeNull()

  await provider.comeBack()
  const newcomer = newPerson(url)
  await expect
    .poll(async () => {
      await signInAt(newcomer, provider, 'login').catch(() => {})
      return newcomer.session()
    })
    .not.toBeNull()
  people.push(newcomer)
})

test('end a person’s sessions: found by name, out at once', { timeout }, async ({ installation, people }) => {
  const { baton } = installation
  const { user } = (await people[0]?.session()) ?? {}
  const found = await baton('people', '--search', user?.name ?? '', '--json')
  const [listed] = JSON.parse(found.output) as { sub: string; sessions: number }[]
  expect(listed).toMatchObject({ sub: user?.id, sessions: people.length })
  const ended = await baton('sessions', 'end', '--person', user?.id ?? '', '--json')
  expect(JSON.parse(ended.output)).toEqual({ ended: people.length })
  for (const person of people) await expect.poll(() => person.session()).toBeNull()
  people.length = 0
})

test('restore a backup: who was signed in then is so again, and who came later is not', {
  timeout,
}, async ({ installation, provider, people }) => {
  const { baton, folder, start, stop, url } = installation
  const [before, after] = [newPerson(url), newPerson(url)]
  await signInAt(before, provider, 'login')
  const file = join(folder, 'backup.tar.gz')
  const made = await baton('backup', file)
  expect(made.exitCode, made.output).toBe(0)
  await signInAt(after, provider, 'login')
  await stop()
  await rename(join(folder, '.baton/database'), join(folder, '.baton/database.old'))
  const restored = await baton('restore', file)
  expect(restored.exitCode, restored.output).toBe(0)
  await start()
  expect(await before.session()).not.toBeNull()
  expect(await after.session()).toBeNull()
  people.push(before)
})

test('upgrade: the database of the last release is taken over, and who is signed in stays so', {
  timeout,
}, async ({ installation, provider, entry }) => {
  const { baton, environment, folder, start, stop, url } = installation
  await stop()
  const dataDir = join(folder, '.baton-of-before')
  const port = Number(new URL(url).port)
  const release = await startBaton({
    config: { providers: [entry] },
    database: { dataDir },
    folder: await lastRelease(),
    port,
    env: { AUTH_SECRET: authSecret },
  })
  const person = newPerson(url)
  await signInAt(person, provider, 'login')
  expect(await person.session()).not.toBeNull()
  await release.stop()

  await environment({ AUTH_SECRET: authSecret, BATON_DATA_DIR: dataDir })
  const checked = await baton('check')
  expect(checked).toMatchObject({ exitCode: 0, output: expect.stringContaining('migrations are pending') })
  const migrated = await baton('migrate')
  expect(migrated.exitCode, migrated.output).toBe(0)
  await start()
  expect(await person.session()).not.toBeNull()
  await stop()
})
