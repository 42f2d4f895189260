import { expect } from 'vitest'
import { fullConfig } from '../../support/full-config.ts'
import { expectOwnAddresses, loopbackHosts } from '../../support/loopback-journey.ts'
import { newPerson, type Person } from '../../support/person.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { startStage } from '../../support/stage.ts'
import { test } from '../../support/test.ts'
import { signInAt } from '../../support/test-oidc.ts'

test.for(loopbackHosts)(
  'at http://%s a whole sign-in stays at that address, a hand-off and an application with it',
  async (publicHost, { closing }) => {
    const { baton, publicPort } = await closing(startStage({ publicHost, config: fullConfig }))
    const { url } = baton
    expect(url).toBe(`http://${publicHost}:${publicPort}`)

    const metadata = await (await fetch(`${url}/oidc/.well-known/openid-configuration`)).json()
    expect(metadata.issuer).toBe(`${url}/oidc`)
    expect(addressesIn(metadata).filter((address) => !address.startsWith(`${url}/`))).toEqual([])

    await expectOwnAddresses(url, async (person, handoffUri) => {
      const target = newPerson(url)
      const redeemed = await target.redeem(new URL(handoffUri).searchParams.get('nonce') ?? '')
      expect([redeemed.status, redeemed.headers.get('location')]).toEqual([303, '/'])
      expect((await target.session())?.user.name).toBe('Demo User')
      const tokens = await signInAt(await relyingParty(url, 'web'), person)
      expect(tokens.claims()?.iss).toBe(`${url}/oidc`)
      expect(await signInByForm(newPerson(url))).toBe(`${url}/api/auth/callback/demo`)
    })
  },
)

/** Presses "Continue" on the sign-in page; gives the redirect URI that the provider is told. */
async function signInByForm(person: Person): Promise<string | null> {
  const form = new URLSearchParams({ provider: 'demo', callbackUrl: '/' })
  const answer = await person.ownPage('/sign-in', { method: 'POST', body: form })
  return new URL(answer.headers.get('location') ?? '').searchParams.get('redirect_uri')
}

function addressesIn(metadata: object): string[] {
  return Object.values(metadata).filter((value) => /^https?:/.test(String(value)))
}
