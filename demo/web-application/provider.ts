import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import * as openid from 'openid-client'

/** The OpenID Provider does not answer right now. */
export class ProviderUnavailable extends Error {}

export type KnownProvider = {
  configuration: openid.Configuration
  /** The keys that it signs with. */
  keys: JWTVerifyGetKey
}

export type Client = { issuer: string; clientId: string; clientSecret: string }

const SECONDS_TO_ANSWER = 5

/**
 * Makes a function that gives the OpenID Provider as its metadata describe it.
 *
 * They are fetched at the first use, and again after a failure, so a provider that starts later does no harm.
 *
 * @throws {ProviderUnavailable} by the function, when the metadata cannot be had.
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
    // The signature of an ID token is checked although it comes from the token endpoint: here no TLS vouches for that.
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
