import type Provider from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { takeOidcRecordsOf } from '#lib/db/oidc-records.ts'
import { openRecord } from './adapter.ts'
import { tellApplications } from './tell-applications.ts'

const model = 'Session'

type Needs = { db: Database; config: Pick<Config, 'secrets'> }

/** Ended sessions whose applications are notified at the same time. */
const atOnce = 50

/**
 * Ends the sessions at the OpenID Provider that belong to these ended sessions, and notifies their
 * applications. Of any number of callers one does so for each session.
 */
export async function endOidcSessions(
  provider: Provider,
  sids: readonly string[],
  { db, config }: Needs,
): Promise<void> {
  for (let start = 0; start < sids.length; start += atOnce) {
    const owners = sids.slice(start, start + atOnce).map((sid) => sha256(sid))
    const records = await takeOidcRecordsOf(db, model, owners)
    await Promise.all(
      records.map(async ({ hash, sealed }) => {
        const session = await openRecord(model, Buffer.from(hash), sealed, config.secrets)
        if (session) await tellApplications(provider, session)
      }),
    )
  }
}
