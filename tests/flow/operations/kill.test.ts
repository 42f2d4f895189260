import { describe, expect } from 'vitest'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

for (const database of ['PGlite', 'PostgreSQL'] as const) {
  const test = base
    .extend('setup', perFile, {
      database,
      config: (partners) => partners.config({ handoff: { nonceTtl: 120 } }),
    } satisfies Setup)
    /** What there was when Baton was killed and started again. */
    .extend('killed', perFile, async ({ stage, baton, signedIn, newcomer, startAnother }) => {
      const source = await signedIn()
      const { nonce: spent } = await source.askForNonce()
      const { nonce: unspent } = await source.askForNonce()
      const opened = { nonce: (await source.askForNonce()).nonce, by: newcomer() }
      await opened.by.request(`/handoff?nonce=${opened.nonce}`)
      const target = newcomer()
      expect((await target.redeem(spent)).status).toBe(303)
      await baton.kill()
      await startAnother({ port: stage.publicPort })
      return { source, target, spent, unspent, opened }
    })

  describe(`after kill -9 on ${database === 'PGlite' ? 'the embedded database' : database}`, () => {
    test('a nonce that was spent stays spent', async ({ newcomer, killed: { spent } }) => {
      const late = newcomer()
      expect((await late.redeem(spent)).status).toBe(410)
      expect((await late.request(`/handoff?nonce=${spent}`)).status).toBe(410)
    })

    test('a nonce that was not still works, once', async ({ newcomer, killed: { unspent } }) => {
      expect((await newcomer().redeem(unspent)).status).toBe(303)
      expect((await newcomer().redeem(unspent)).status).toBe(410)
    })

    test('a page that was open still continues', async ({ killed: { opened } }) => {
      expect((await opened.by.redeem(opened.nonce)).status).toBe(303)
    })

    test('a person who was signed in still is, with tokens for the backend', async ({
      killed: { source, target },
    }) => {
      for (const person of [source, target]) expect((await person.ownPage(greeting)).status).toBe(200)
    })
  })
}
