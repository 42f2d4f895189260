import { timingSafeEqual } from 'node:crypto'
import { clientOf } from '#lib/config/client-of.ts'
import type { Client } from '#lib/config/clients.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Limits } from '#lib/limits/limits.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'

/**
 * The client that authenticates with HTTP Basic. Throws `invalid_client`, and `slow_down` after too many
 * wrong secrets from this address. RFC 6749, section 2.3.1.
 */
export async function authenticateClient(
  authorization: string | undefined,
  address: string | undefined,
  { config, limits }: { config: Pick<Config, 'clients'>; limits: Limits },
): Promise<Client> {
  const [scheme = '', encoded = ''] = (authorization ?? '').split(/ +/)
  const [id, secret] = scheme.toLowerCase() === 'basic' ? credentialsIn(encoded) : []
  const client = clientOf(id, config)
  const { client_secret: expected } = client ?? {}
  const refusal = new OAuthError(
    'invalid_client',
    'authenticate with client_secret_basic as a resource server',
  )
  if (!client || !expected) throw refusal
  const key = address && `${client.client_id} ${address}`
  if (!timingSafeEqual(sha256(expected), sha256(secret ?? ''))) {
    await limits.take('clientSecrets', key)
    throw refusal
  }
  await limits.requireRoom('clientSecrets', key)
  noteRequest({ client: client.client_id })
  return client
}

function credentialsIn(encoded: string): (string | undefined)[] {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return []
  return [text.slice(0, colon), text.slice(colon + 1)].map(
    (part) => new URLSearchParams(`_=${part}`).get('_') ?? '',
  )
}
