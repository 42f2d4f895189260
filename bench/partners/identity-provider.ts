import { createIdentityProvider } from '../../demo/identity-provider/create-identity-provider.ts'
import { freePort } from '../../tests/support/free-port.ts'
import { listen } from '../../tests/support/partners.ts'
import type { Bench } from '../bench.ts'

const fourHours = 4 * 3600

/** What a relying party is to the demo identity provider. Its redirect URI is that of Baton. */
export const relyingParty = {
  clientId: 'baton',
  clientSecret: 'demo-baton-secret',
  scope: 'openid profile email api',
  redirectPath: '/api/auth/callback/demo',
}

/** Starts the demo identity provider for one relying party, and returns its issuer identifier. */
export async function startIdentityProvider(
  bench: Bench,
  relyingPartyUrl: string,
  backendUrl: string,
): Promise<string> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const settings = { issuer, batonUrl: relyingPartyUrl, backendUrl, accessTokenTtl: fourHours }
  const server = await listen((await createIdentityProvider(settings)).listener, port)
  bench.defer(server.close)
  return issuer
}
