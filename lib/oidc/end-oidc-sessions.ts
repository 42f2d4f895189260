import type { Session } from 'oidc-provider'
import { sha256 } from '#lib/crypto/digest.ts'
import { deleteOidcRecord, findOidcRecordsOf } from '#lib/db/oidc-records.ts'
import type { Runtime } from '#lib/runtime.ts'
import { openRecord } from './adapter.ts'
import { tellApplications } from './tell-applications.ts'

const model = 'Session'

/** Ends what browsers hold of sessions that have ended, and tells the applications that signed people in by them. */
export async function endOidcSessions(
  sids: readonly string[],
  { db, config, oidc }: Pick<Runtime, 'db' | 'config' | 'oidc'>,
): Promise<void> {
  for (const sid of sids)
    for (const { hash: bytes, sealed } of await findOidcRecordsOf(db, model, sha256(sid))) {
      const hash = Buffer.from(bytes)
      await deleteOidcRecord(db, { model, hash })
      const session = await openRecord(model, hash, sealed, config.secrets)
      if (session)
        await tellApplications(oidc.provider, session as Pick<Session, 'accountId' | 'authorizations'>)
    }
}
