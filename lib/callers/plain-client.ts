import { timingSafeEqual } from 'node:crypto'
import { authenticationMethodOf } from '#lib/config/client-of.ts'
import type { Client } from '#lib/config/clients.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Form } from '#lib/http/form.ts'

type Known = { client: Client; method: string; secretDigest: Buffer | undefined }

const knownBy = new WeakMap<readonly Client[], Map<string, Known>>()

/**
 * The client that authenticates in the plainest way that its registration lets it: `client_secret_basic`,
 * `client_secret_post` or `none`, by one mechanism and with nothing left over. `undefined` for every other
 * request, a wrong secret included: the library judges those. RFC 6749, section 2.3.1.
 */
export function plainClient(
  authorization: string | undefined,
  { client_id, client_secret }: Form,
  { clients }: Pick<Config, 'clients'>,
): Client | undefined {
  if (authorization !== undefined) {
    if (client_id !== undefined || client_secret !== undefined) return undefined
    const [id, secret] = credentialsIn(authorization) ?? []
    return byRightSecret(known(id, clients), secret)
  }
  const asked = known(client_id, clients)
  if (client_secret !== undefined) return byRightSecret(asked, client_secret)
  return asked?.method === 'none' ? asked.client : undefined
}

function byRightSecret(asked: Known | undefined, secret: string | undefined): Client | undefined {
  const { client, method, secretDigest } = asked ?? {}
  if (secret === undefined || secretDigest === undefined) return undefined
  // As the library does, which takes either way from a client that has registered one of the two.
  if (method !== 'client_secret_basic' && method !== 'client_secret_post') return undefined
  return timingSafeEqual(sha256(secret), secretDigest) ? client : undefined
}

function known(id: string | undefined, clients: readonly Client[]): Known | undefined {
  if (id === undefined) return undefined
  let byId = knownBy.get(clients)
  if (!byId) {
    byId = new Map(clients.map((client) => [client.client_id, knownOf(client)]))
    knownBy.set(clients, byId)
  }
  return byId.get(id)
}

function knownOf(client: Client): Known {
  const { client_secret: secret } = client
  return { client, method: authenticationMethodOf(client), secretDigest: secret ? sha256(secret) : undefined }
}

// Both halves are form-encoded before they are joined.
function credentialsIn(authorization: string): [id: string, secret: string] | undefined {
  const [, encoded] =
    /^basic ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i.exec(authorization) ?? []
  const text = encoded && Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text?.indexOf(':') ?? -1
  if (!text || colon === -1) return undefined
  try {
    return [formDecoded(text.slice(0, colon)), formDecoded(text.slice(colon + 1))]
  } catch {
    return undefined
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', '%20'))
}
