import type Provider from 'oidc-provider'
import type { AdapterPayload } from 'oidc-provider'
import { applicationName } from '#lib/config/application-name.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { deleteGrants, findOidcRecordsAt, findOidcRecordsOf } from '#lib/db/oidc-records.ts'
import { openRecord } from './adapter.ts'
import { tellApplications } from './tell-applications.ts'
import type { Session } from './types.ts'

type Needs = { db: Database; config: Pick<Config, 'secrets' | 'clients'> }

/** An application that a person has let in, in some of their sessions. */
export type ConnectedApplication = {
  clientId: string
  name: string
  /** When it was let in for the first time, of what still counts. */
  since: Date
  scopes: string[]
}

/** What a session of Baton's has let one application do. */
type Letting = {
  sid: string
  clientId: string
  authorization: NonNullable<Session['authorizations']>[string]
  grantHash: Buffer<ArrayBuffer>
}

/** The applications that these sessions of one person have let in, the newest first. */
export async function connectedApplications(
  sids: readonly string[],
  needs: Needs,
): Promise<ConnectedApplication[]> {
  const found = new Map<string, ConnectedApplication>()
  for (const { clientId, grant } of await lettings(sids, needs)) {
    const name = applicationName(clientId, needs.config)
    // One that is not configured any more can do nothing.
    if (name === undefined) continue
    const at = new Date((grant.iat ?? 0) * 1000)
    const known = found.get(clientId)
    const since = known && known.since < at ? known.since : at
    const scopes = new Set([...(known?.scopes ?? []), ...scopesOf(grant)])
    found.set(clientId, { clientId, name, since, scopes: [...scopes] })
  }
  return [...found.values()].sort((a, b) => b.since.getTime() - a.since.getTime())
}

/**
 * Ends what an application was granted in these sessions, with all codes and tokens of it, and tells it that
 * its person has signed out (OpenID Connect Back-Channel Logout 1.0).
 */
export async function withdrawApplication(
  provider: Provider,
  { clientId, sids }: { clientId: string; sids: readonly string[] },
  needs: Needs,
): Promise<void> {
  const withdrawn = (await lettings(sids, needs)).filter((one) => one.clientId === clientId)
  if (withdrawn.length === 0) return
  await deleteGrants(
    needs.db,
    withdrawn.map(({ grantHash }) => grantHash),
  )
  for (const { sid, authorization } of withdrawn)
    await tellApplications(provider, { accountId: sid, authorizations: { [clientId]: authorization } })
}

// The types of the library leave the content open.
function scopesOf({ openid }: AdapterPayload): string[] {
  return (openid as { scope?: string } | undefined)?.scope?.split(' ') ?? []
}

// A session of the library names the applications that were answered in it, each with its grant. The grant
// may have ended since.
async function lettings(
  sids: readonly string[],
  { db, config }: Needs,
): Promise<(Letting & { grant: AdapterPayload })[]> {
  const owners = sids.map((sid) => sha256(sid))
  const records = await findOidcRecordsOf(db, 'Session', owners)
  const opened = await Promise.all(
    records.map(({ hash, sealed }) => openRecord('Session', hash, sealed, config.secrets)),
  )
  const named = opened.flatMap((session): Letting[] =>
    Object.entries(session?.authorizations ?? {}).flatMap(([clientId, authorization]) =>
      session?.accountId && authorization.grantId
        ? [{ sid: session.accountId, clientId, authorization, grantHash: sha256(authorization.grantId) }]
        : [],
    ),
  )
  const grants = await findOidcRecordsAt(
    db,
    'Grant',
    named.map(({ grantHash }) => grantHash),
  )
  const byHash = new Map(grants.map(({ hash, sealed }) => [Buffer.from(hash).toString('hex'), sealed]))
  const known = named.map(async (one) => {
    const sealed = byHash.get(one.grantHash.toString('hex'))
    const grant = sealed && (await openRecord('Grant', one.grantHash, sealed, config.secrets))
    // A browser keeps the library's session when another person signs in; their grants are not that person's.
    return grant && grant.accountId === one.sid && grant.clientId === one.clientId ? [{ ...one, grant }] : []
  })
  return (await Promise.all(known)).flat()
}
