import { networkInterfaces } from 'node:os'
import { expect } from 'vitest'
import { newPerson, type Person } from './person.ts'
import { beginSignIn } from './sign-in-at.ts'

const addresses = Object.values(networkInterfaces()).flatMap((those = []) => those)

/** The addresses that stand for `localhost` here, as a URL writes them; some machines have no IPv6. */
export const loopbackHosts = [
  '127.0.0.1',
  ...(addresses.some(({ address }) => address === '::1') ? ['[::1]'] : []),
]

/**
 * Signs in at the provider, asks for a nonce, goes on with `more`, and signs out. Every address that Baton
 * writes is at `origin`.
 */
export async function expectOwnAddresses(
  origin: string,
  more: (person: Person, handoffUri: string) => Promise<void> = async () => {},
): Promise<void> {
  const said: string[] = []
  const person = newPerson(origin, (path, text) => said.push(`${path}\n${text}`))
  const asked = await beginSignIn(person, 'demo')
  expect(asked.searchParams.get('redirect_uri')).toBe(`${origin}/api/auth/callback/demo`)
  await person.signIn()
  expect((await person.session())?.user.name).toBe('Demo User')
  expect((await person.ownPage('/sessions')).status).toBe(200)
  const { handoff_uri } = await person.askForNonce()
  expect(handoff_uri.startsWith(`${origin}/handoff?nonce=`)).toBe(true)
  await more(person, handoff_uri)
  await person.signOut()
  expect(await person.session()).toBeNull()
  const refused = await person.request('/sessions?a=1')
  expect(refused.status).toBe(303)
  expect(new URL(refused.headers.get('location') ?? '', origin).origin).toBe(origin)
  // Next takes an address of loopback for localhost.
  expect(said.filter((answer) => answer.includes('localhost'))).toEqual([])
}
