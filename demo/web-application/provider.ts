import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import * as openid from 'openid-client'

/** The OpenID Provider does not answer at the moment. */
export class ProviderUnavailable extends Error {}

export type KnownProvider = {
  configuration: openid.Configuration
  /** The provider's signing keys. */
  keys: JWTVerifyGetKey
}

export type Client = { issuer: string; clientId: string; clientSecret: string }

const SECONDS_TO_ANSWER = 5

/**
 * Returns a function that gives the OpenID Provider with its metadata.
 *
 * It fetches the metadata at the first call, and again after a failure, so the provider may start later.
 *
 * @throws {ProviderUnavailable} from the returned function, when the metadata is unavailable.
 */
export function lazyProvider(client: Client): () => Promise<KnownProvider> {
  let known: Promise<KnownProvider> | undefined

  return () => {
    if (!known) {
      known = discover(client)
      known.catch(() => {
        known = undefined
      })
    }
    return known
  }
}

async function discover({ issuer, clientId, clientSecret }: Client): Promise<KnownProvider> {
  try {
    const server = new URL(issuer)
    // Checks the signature of an ID token from the token endpoint too: plain http does not authenticate the
    // server.
    const execute = [openid.enableNonRepudiationChecks]
    if (isLoopback(server)) execute.push(openid.allowInsecureRequests)
    const configuration = await openid.discovery(
      server,
      clientId,
      undefined,
      openid.ClientSecretBasic(clientSecret),
      { execute, timeout: SECONDS_TO_ANSWER },
    )
    const jwksUri = new URL(String(configuration.serverMetadata().jwks_uri))
    return { configuration, keys: createRemoteJWKSet(jwksUri, { cooldownDuration: 1000 }) }
  } catch (cause) {
    throw new ProviderUnavailable(`no metadata from ${issuer}`, { cause })
  }
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
