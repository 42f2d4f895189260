import { timingSafeEqual } from 'node:crypto'
import { clientOf } from '#lib/config/client-of.ts'
import type { Client } from '#lib/config/clients.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { OAuthError } from '#lib/oauth/error.ts'

/** The client that authenticates with HTTP Basic. Throws `invalid_client`. RFC 6749, section 2.3.1. */
export function authenticateClient(
  authorization: string | undefined,
  config: Pick<Config, 'clients'>,
): Client {
  const [scheme = '', encoded = ''] = (authorization ?? '').split(/ +/)
  const [id, secret] = scheme.toLowerCase() === 'basic' ? credentialsIn(encoded) : []
  const client = clientOf(id, config)
  const { client_secret: expected } = client ?? {}
  if (!client || !expected || !timingSafeEqual(sha256(expected), sha256(secret ?? '')))
    throw new OAuthError('invalid_client', 'authenticate with client_secret_basic as a resource server')
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
