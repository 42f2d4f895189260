import type Provider from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { deleteOidcRecord, findOidcRecordsOf } from '#lib/db/oidc-records.ts'
import type { Database } from '#lib/db/open.ts'
import { openRecord } from './adapter.ts'
import { tellApplications } from './tell-applications.ts'

const model = 'Session'

type Needs = { db: Database; config: Pick<Config, 'secrets'> }

/**
 * Ends the sessions at the OpenID Provider that belong to these ended sessions, and notifies their
 * applications.
 */
export async function endOidcSessions(
  provider: Provider,
  sids: readonly string[],
  { db, config }: Needs,
): Promise<void> {
  for (const sid of sids)
    for (const { hash: bytes, sealed } of await findOidcRecordsOf(db, model, sha256(sid))) {
      const hash = Buffer.from(bytes)
      await deleteOidcRecord(db, { model, hash })
      const session = await openRecord(model, hash, sealed, config.secrets)
      if (session) await tellApplications(provider, session)
    }
}
