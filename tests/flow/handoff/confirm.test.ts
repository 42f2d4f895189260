import { expect } from 'vitest'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { startBaton } from '../../support/baton.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { migratedPostgres } from '../../support/databases.ts'
import { newPerson } from '../../support/person.ts'
import { test as base, perFile } from '../../support/test.ts'
import { newVerifier } from '../../support/verifier.ts'

const modes = ['unbound', 'switching', 'always', 'never'] as const

type Mode = (typeof modes)[number]

const test = base
  /** A Baton for each mode; the shared one has the default. */
  .extend('batons', perFile, async ({ baton: shared, issuer, closing }) => {
    const batons = modes.map(async (confirm): Promise<[Mode, { url: string }]> => {
      if (confirm === 'unbound') return [confirm, shared]
      const config = { trustedIssuers: [issuer.trust], handoff: { confirm } }
      const baton = await startBaton({ config, database: { url: await migratedPostgres() } })
      return [confirm, closing({ url: baton.url, close: baton.stop })]
    })
    return Object.fromEntries(await Promise.all(batons)) as Record<Mode, { url: string }>
  })
  .extend('nonceOf', ({ batons, issuer }) => async (mode: Mode, sub: string, form = {}): Promise<string> => {
    const { url } = batons[mode]
    return (await askForNonce(url, await issuer.idToken(url, { sub, name: sub }), form)).nonce
  })

const asks = { unbound: true, switching: true, always: true, never: true }
const cases: [string, { standing: string | null; isBound: boolean }, Record<string, boolean>][] = [
  ['nobody was signed in', { standing: null, isBound: false }, { ...asks, switching: false, never: false }],
  [
    'nobody was signed in, nonce bound',
    { standing: null, isBound: true },
    { ...asks, switching: false, never: false },
  ],
  ['the same person was', { standing: 'ada', isBound: false }, { ...asks, switching: false, never: false }],
  ['someone else was', { standing: 'bob', isBound: false }, { ...asks, never: false }],
  ['someone else was, nonce bound', { standing: 'bob', isBound: true }, { ...asks, never: false }],
]

for (const [situation, { standing, isBound }, expected] of cases)
  test.for(modes)(`where ${situation}, confirm: %s asks as documented`, async (mode, { batons, nonceOf }) => {
    const target = newPerson(batons[mode].url)
    if (standing) await target.redeem(await nonceOf(mode, standing))
    const nonce = await nonceOf(mode, 'ada', isBound ? newVerifier().challenge : {})
    const page = readHandoffPage(await (await target.request(`/handoff?nonce=${nonce}`)).text())
    expect(page.asks).toBe(expected[mode])
    expect(page.shown).toContain(standing === 'bob' ? 'Switch account?' : 'Continue as ada?')
  })

test('a person who is asked about a switch sees both accounts', async ({ batons, nonceOf }) => {
  const target = newPerson(batons.unbound.url)
  await target.redeem(await nonceOf('unbound', 'bob'))
  const nonce = await nonceOf('unbound', 'ada')
  const { shown } = readHandoffPage(await (await target.request(`/handoff?nonce=${nonce}`)).text())
  expect(shown).toContain('Continue as ada')
  expect(shown).toContain('Stay bob')
})

test.for(modes)('with confirm: %s, GET does not sign in', async (mode, { batons, nonceOf }) => {
  const target = newPerson(batons[mode].url)
  await target.request(`/handoff?nonce=${await nonceOf(mode, 'ada')}`)
  expect(await target.session()).toBeNull()
})
