import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { readWebNonceSessions, type WebNonceSession } from '#lib/db/web-nonces.ts'
import { askTogether } from '#lib/later/ask-together.ts'
import { isWebNonce } from './web-nonce.ts'

type Needs = { db: Database; config: Pick<Config, 'clients' | 'webNonces'> }

const appsOf = new WeakMap<object, Map<string, string[]>>()

type Ask = (hash: Buffer<ArrayBuffer>) => Promise<WebNonceSession | undefined>
const asks = new WeakMap<object, WeakMap<readonly string[], Ask>>()

/**
 * What a resource server may know of the live session that a web nonce stands for, read from the database; a
 * use, which moves the idle end. `undefined` for any other token, and for a web nonce of an app that does not
 * list this resource server. RFC 7662, section 2.2; RFC 9449, section 6.2.
 */
export async function getSession(
  token: string,
  { resourceServer, issuer }: { resourceServer: string; issuer: string },
  { db, config }: Needs,
): Promise<object | undefined> {
  const apps = appsListing(resourceServer, config)
  if (apps.length === 0 || !isWebNonce(token)) return undefined
  const found = await askFor(apps, { db, config })(sha256(token))
  if (!found) return undefined
  const username = found.name ?? found.email
  return {
    active: true,
    sub: found.userId,
    client_id: found.clientId,
    iss: issuer,
    sid: found.id,
    auth_time: found.authTime,
    iat: found.createdAt,
    exp: found.goodUntil,
    ...(found.jkt === null ? { token_type: 'Bearer' } : { token_type: 'DPoP', cnf: { jkt: found.jkt } }),
    ...(username && { username }),
  }
}

/** Seconds for which a resource server may cache an answer, and only it. */
export const getSessionCaching = 'private, max-age=5'

// Questions of one resource server that come at the same time are one statement.
function askFor(apps: readonly string[], { db, config }: Needs): Ask {
  const known = asks.get(db) ?? new WeakMap<readonly string[], Ask>()
  asks.set(db, known)
  let ask = known.get(apps)
  if (!ask) {
    ask = askTogether((hashes) => readWebNonceSessions(db, hashes, apps, config.webNonces))
    known.set(apps, ask)
  }
  return ask
}

function appsListing(resourceServer: string, { clients }: Pick<Config, 'clients'>): string[] {
  const known = appsOf.get(clients) ?? new Map<string, string[]>()
  appsOf.set(clients, known)
  let apps = known.get(resourceServer)
  if (!apps) {
    apps = clients
      .filter(({ resource_servers }) => resource_servers.includes(resourceServer))
      .map(({ client_id }) => client_id)
    known.set(resourceServer, apps)
  }
  return apps
}
