import { clientOf } from '#lib/config/client-of.ts'
import type { Client } from '#lib/config/clients.ts'
import type { Config } from '#lib/config/load.ts'
import type { ApplicationLogos } from './application-logos.ts'

/** What pages show of an application. */
type Application = {
  /** Its `client_name`, or else its `client_id`. */
  name: string
  /** The host where people find it; an app of a device may have none. */
  host: string | undefined
  /** Its home page. */
  uri: string | undefined
  /** A path of Baton's; `undefined` where there is no logo, or it is not here yet. */
  logo: string | undefined
  policyUri: string | undefined
  tosUri: string | undefined
}

type Needs = { config: Pick<Config, 'clients'>; logos: Pick<ApplicationLogos, 'pathOf'> }

/** What pages show of the client with this id; `undefined` for an unknown one. RFC 7591, section 2. */
export function applicationOf(
  clientId: string | null | undefined,
  { config, logos }: Needs,
): Application | undefined {
  const client = clientOf(clientId, config)
  if (!client) return undefined
  return {
    name: client.client_name ?? client.client_id,
    host: hostOf(client),
    uri: client.client_uri,
    logo: logos.pathOf(client),
    policyUri: client.policy_uri,
    tosUri: client.tos_uri,
  }
}

function hostOf({ client_uri, initiate_login_uri, redirect_uris }: Client): string | undefined {
  return [client_uri, initiate_login_uri, ...redirect_uris]
    .map((address) => URL.parse(address ?? ''))
    .find((url) => url !== null && /^https?:$/.test(url.protocol))?.host
}
