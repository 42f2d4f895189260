import { afterAll, beforeAll, expect, test } from 'vitest'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { type Baton, startBaton } from '../../support/baton.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { emptyPostgres } from '../../support/databases.ts'
import { newPerson } from '../../support/person.ts'
import { startTrustedIssuer, type TrustedIssuer } from '../../support/trusted-issuer.ts'
import { newVerifier } from '../../support/verifier.ts'

const modes = ['unbound', 'switching', 'always', 'never'] as const

let issuer: TrustedIssuer
const batons: Partial<Record<(typeof modes)[number], Baton>> = {}

beforeAll(async () => {
  issuer = await startTrustedIssuer()
  for (const confirm of modes) {
    const config = { trustedIssuers: [issuer.trust], handoff: { confirm } }
    batons[confirm] = await startBaton({ config, database: { url: await emptyPostgres() } })
  }
})

afterAll(async () => {
  await Promise.all(Object.values(batons).map((baton) => baton.stop()))
  await issuer?.close()
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
  test.each(modes)(`where ${situation}, confirm: %s asks as it says`, async (mode) => {
    const target = newPerson(baton(mode).url)
    if (standing) await target.redeem(await nonceOf(mode, standing))
    const nonce = await nonceOf(mode, 'ada', isBound ? newVerifier().challenge : {})
    const page = readHandoffPage(await (await target.request(`/handoff?nonce=${nonce}`)).text())
    expect(page.asks).toBe(expected[mode])
    expect(page.shown).toContain(standing === 'bob' ? 'Switch account?' : 'Continue as ada?')
  })

test('whoever is asked about a switch sees both people', async () => {
  const target = newPerson(baton('unbound').url)
  await target.redeem(await nonceOf('unbound', 'bob'))
  const nonce = await nonceOf('unbound', 'ada')
  const { shown } = readHandoffPage(await (await target.request(`/handoff?nonce=${nonce}`)).text())
  expect(shown).toContain('Continue as ada')
  expect(shown).toContain('Stay bob')
})

test.each(modes)('whatever confirm: %s says, GET signs nobody in', async (mode) => {
  const target = newPerson(baton(mode).url)
  await target.request(`/handoff?nonce=${await nonceOf(mode, 'ada')}`)
  expect(await target.session()).toBeNull()
})

function baton(mode: (typeof modes)[number]): Baton {
  return batons[mode] as Baton
}

async function nonceOf(mode: (typeof modes)[number], sub: string, form = {}): Promise<string> {
  const { url } = baton(mode)
  return (await askForNonce(url, await issuer.idToken(url, { sub, name: sub }), form)).nonce
}
