import { setTimeout as sleep } from 'node:timers/promises'
import { test as base } from 'vitest'
import { serversToClose } from './closing.ts'
import { sharedSetup } from './shared-setup.ts'
import { signInAsPhone } from './sign-in-as-phone.ts'
import { type Setup, type Stage, startStage } from './stage.ts'

/** The options of a fixture that is made once for a file. */
export const perFile = { scope: 'file' } as const

// The files of one worker share it: modules live as long as the worker.
let shared: Promise<Stage> | undefined

async function closeShared(): Promise<void> {
  const started = shared
  shared = undefined
  await (await started)?.close()
}

/**
 * Tests with a Baton, its partners and the people who use it.
 *
 * The files that do not override `setup` share one Baton with `sharedSetup` in each worker. They must not
 * stop it, and must not expect an empty database. A file that overrides `setup` gets its own Baton.
 */
export const test = base
  .extend('sharedSetup', { scope: 'worker' }, sharedSetup)
  .extend('sharedStage', { scope: 'worker' }, ({ sharedSetup }, { onCleanup }) => {
    onCleanup(closeShared)
    return () => (shared ??= startStage(sharedSetup))
  })
  /** Closes a server when the file has ended, before the ones that were started earlier. */
  .extend('closing', perFile, ({ sharedSetup: _ }, { onCleanup }) => {
    const servers = serversToClose()
    onCleanup(servers.close)
    return servers.add
  })
  /** What this file's own Baton is started with. */
  .extend('setup', perFile, 'shared' as Setup | 'shared')
  .extend('stage', perFile, ({ setup, sharedStage, closing }) =>
    setup === 'shared' ? sharedStage() : closing(startStage(setup)),
  )
  .extend('partners', perFile, ({ stage }) => stage.partners)
  .extend('baton', perFile, ({ stage }) => stage.baton)
  /** Baton's public host, as a `Host` header names it. */
  .extend('host', perFile, ({ baton }) => new URL(baton.url).host)
  /** Starts one more Baton on the same database, behind the same public address. */
  .extend(
    'startAnother',
    perFile,
    ({ stage, closing }) =>
      async (options?: Parameters<Stage['startAnother']>[0]) => {
        const another = await stage.startAnother(options)
        closing({ close: another.stop })
        return another
      },
  )
  .extend('sql', perFile, ({ stage }) => stage.sql)
  /** The issuer of the app `app`, whose ID tokens a test makes. */
  .extend('issuer', perFile, ({ partners }) => partners.trustedIssuer)
  .extend('newcomer', perFile, ({ stage }) => stage.newcomer)
  .extend('signedIn', perFile, ({ stage }) => stage.signedIn)
  /** Demo User's browser, in which they have signed in. */
  .extend('person', perFile, ({ signedIn }) => signedIn())
  /** Signs in at the identity provider in the native app `demo-phone`. */
  .extend(
    'phoneTokens',
    perFile,
    ({ partners }) =>
      (user: 'demo' | 'bob' = 'demo') =>
        signInAsPhone({ identityProviderUrl: partners.issuer, user, password: user }),
  )
  /** How many times Baton has asked the identity provider for a refresh. */
  .extend(
    'refreshes',
    perFile,
    ({ partners }) =>
      () =>
        partners.identityProvider.tokenCalls('refresh_token'),
  )
  /**
   * Signs in or calls, and waits until the access token from it has expired. Later access tokens live for a
   * minute, so that a slow machine has time for the test.
   */
  .extend(
    'expired',
    perFile,
    ({ partners }) =>
      async <Result>(act: () => Promise<Result>): Promise<Result> => {
        partners.ttl.seconds = 1
        try {
          return await act()
        } finally {
          partners.ttl.seconds = 60
          await sleep(1_100)
        }
      },
  )
