import { fullConfig } from './full-config.ts'
import { portOf, proxiedBackends } from './proxied-backends.ts'
import { registration } from './relying-party.ts'
import type { Setup, StagePartners } from './stage.ts'

/** The Baton that most files share: `fullConfig`, with what single files need besides. */
export const sharedSetup: Setup = { config }

function config(partners: StagePartners): object {
  const { backendOfBoth: demo } = partners
  const full = fullConfig(partners) as { clients: object[] }
  return {
    ...full,
    backends: [demo, ...proxiedBackends(demo)],
    clients: [
      ...full.clients,
      registration('basic'),
      registration('poster', { token_endpoint_auth_method: 'client_secret_post' }),
      registration('other'),
      registration('closed', { handoff: {} }),
    ],
    tokenService: {
      url: `http://127.0.0.1:${portOf('token-service')}/token`,
      clientId: 'baton app',
      clientSecret: 'a+b:c %',
    },
  }
}
