import { startBaton } from './baton.ts'
import { faultsOf } from './config.ts'
import { migratedPostgres, query } from './databases.ts'
import { freePort } from './free-port.ts'
import { newPerson, type Person } from './person.ts'
import { startBearerBackend } from './servers/bearer-backend.ts'
import { startEgress } from './servers/egress.ts'
import type { Habits } from './servers/fake-provider/habits.ts'
import { type FakeProvider, startFakeProvider } from './servers/fake-provider.ts'
import { signInAt } from './sign-in-at.ts'
import { test as base, perFile } from './test.ts'

/** A fake provider, and how Baton is configured for it. */
export type Row = {
  /** Its `id` in the configuration. */
  id: string
  /** The origin that it calls its own, where that is a host of the world. */
  origin?: string
  /** No server reaches it there. */
  isHidden?: true
  habits?: Partial<Habits>
  /** What the configuration says in place of `oidc` with its issuer and a secret. */
  entry?: object | ((provider: FakeProvider) => object)
  /** The row whose provider this one has too. */
  at?: string
}

type Configured = {
  provider: FakeProvider
  entry: object
  /** Why Baton does not start with this entry; it starts with the others. */
  faults: string[]
}

/** Tests of one Baton that knows a table of fake providers, and a backend that takes the tokens of all. */
export const test = base
  /** A file's own providers. */
  .extend('rows', perFile, [] as readonly Row[])
  /** A file's own sections of the configuration. */
  .extend('sections', perFile, {} as object)
  .extend('port', perFile, () => freePort())
  .extend('databaseUrl', perFile, () => migratedPostgres())
  .extend('providers', perFile, async ({ rows, port, closing }) => {
    const table = new Map<string, Configured>()
    for (const { id, origin, habits, entry = {}, at } of rows) {
      const redirectUris = `http://localhost:${port}/api/auth/callback/`
      const shared = at === undefined ? undefined : table.get(at)?.provider
      const provider =
        shared ?? (await closing(startFakeProvider({ ...habits, redirectUris, ...(origin && { origin }) })))
      const own = typeof entry === 'function' ? entry(provider) : entry
      const client = { clientId: 'baton', clientSecret: 'secret of baton' }
      const whole = { id, type: 'oidc', issuer: provider.issuer, ...client, ...own }
      table.set(id, {
        provider,
        entry: whole,
        faults: await faultsOf({ file: { providers: [whole] } }),
      })
    }
    return table
  })
  .extend('provider', perFile, ({ providers }) => (id: string): FakeProvider => {
    const row = providers.get(id)
    if (!row) throw new Error(`there is no row "${id}"`)
    if (row.faults.length > 0) throw new Error(row.faults.join('\n'))
    return row.provider
  })
  /** Changes a provider's habits for one test. */
  .extend('change', ({ provider }, { onCleanup }) => {
    const changed = new Set<FakeProvider>()
    onCleanup(() => {
      for (const one of changed) one.reset()
    })
    return (id: string, habits: Partial<Habits>): void => {
      changed.add(provider(id))
      provider(id).change(habits)
    }
  })
  .extend('config', perFile, async ({ providers, sections, closing }) => {
    const usable = [...providers].filter(([, { faults }]) => faults.length === 0)
    const backend = await closing(startBearerBackend())
    return {
      providers: usable.map(([, { entry }]) => entry),
      backends: [
        { name: 'bearer', url: backend.url, token: 'provider', providers: usable.map(([id]) => id) },
      ],
      ...sections,
    }
  })
  .extend('baton', perFile, async ({ rows, providers, config, port, databaseUrl, closing }) => {
    const reached = rows.flatMap(({ id, isHidden }) => (isHidden ? [] : (providers.get(id)?.provider ?? [])))
    const egress = await closing(startEgress(reached))
    const baton = await startBaton({ config, database: { url: databaseUrl }, port, env: egress.env })
    closing({ close: baton.stop })
    return baton
  })
  .extend(
    'newcomer',
    perFile,
    ({ baton }) =>
      () =>
        newPerson(baton.url),
  )
  /** A whole sign-in in a browser; gives where it ends. */
  .extend(
    'signIn',
    perFile,
    ({ provider }) =>
      (person: Person, id: string, callbackUrl?: string) =>
        signInAt(person, provider(id), id, callbackUrl),
  )
  .extend(
    'sql',
    perFile,
    ({ databaseUrl }) =>
      <Result extends object>(statement: string, values: unknown[] = []) =>
        query<Result>(databaseUrl, statement, values),
  )
