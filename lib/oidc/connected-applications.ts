import type Provider from 'oidc-provider'
import type { AdapterPayload } from 'oidc-provider'
import { applicationName } from '#lib/config/application-name.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { deleteGrants, findOidcRecordsOf } from '#lib/db/oidc-records.ts'
import { findOwnGrants, type OwnGrant, type Reach } from '#lib/db/own-sessions.ts'
import { openRecord } from './adapter.ts'
import { tellApplications } from './tell-applications.ts'

type Needs = { db: Database; config: Pick<Config, 'secrets' | 'clients'> }

/** An application that a person has let in, in some of their sessions. */
export type ConnectedApplication = {
  clientId: string
  name: string
  /** When it was let in for the first time, of what still counts. */
  since: Date
  scopes: string[]
}

/** The applications that were let in within a reach, the newest first. */
export async function connectedApplications(reach: Reach, needs: Needs): Promise<ConnectedApplication[]> {
  const found = new Map<string, ConnectedApplication>()
  for (const { clientId, grant } of await grantsWithin(reach, needs)) {
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
 * Ends what an application was granted within a reach, with all codes and tokens of it, and tells it that its
 * person has signed out (OpenID Connect Back-Channel Logout 1.0).
 */
export async function withdrawApplication(
  provider: Provider,
  { clientId, reach }: { clientId: string; reach: Reach },
  needs: Needs,
): Promise<void> {
  const withdrawn = (await grantsWithin(reach, needs)).filter((one) => one.clientId === clientId)
  if (withdrawn.length === 0) return
  await deleteGrants(
    needs.db,
    withdrawn.map(({ hash }) => Buffer.from(hash)),
  )
  const sids = new Set(withdrawn.map(({ sid }) => sid))
  await tellOfWithdrawal(provider, clientId, [...sids], needs)
}

// A session of the library knows by which name the application knows it; a device has none.
async function tellOfWithdrawal(
  provider: Provider,
  clientId: string,
  sids: readonly string[],
  { db, config }: Needs,
): Promise<void> {
  const owners = sids.map((sid) => sha256(sid))
  for (const { hash, sealed } of await findOidcRecordsOf(db, 'Session', owners)) {
    const { accountId, authorizations } = (await openRecord('Session', hash, sealed, config.secrets)) ?? {}
    const authorization = authorizations?.[clientId]
    if (authorization)
      await tellApplications(provider, { accountId, authorizations: { [clientId]: authorization } })
  }
}

type OpenGrant = OwnGrant & { clientId: string; grant: AdapterPayload }

async function grantsWithin(reach: Reach, { db, config }: Needs): Promise<OpenGrant[]> {
  const opened = (await findOwnGrants(db, reach)).map(async (own) => {
    const grant = await openRecord('Grant', own.hash, own.sealed, config.secrets)
    return grant?.clientId ? [{ ...own, clientId: grant.clientId, grant }] : []
  })
  return (await Promise.all(opened)).flat()
}

// The types of the library leave the content open.
function scopesOf({ openid }: AdapterPayload): string[] {
  return (openid as { scope?: string } | undefined)?.scope?.split(' ') ?? []
}
