import type { Adapter, StoredPayload } from 'oidc-provider'
import { errors } from 'oidc-provider'
import { sha256 } from '#lib/crypto/digest.ts'
import { open, type Secrets, seal } from '#lib/crypto/seal.ts'
import {
  consumeOidcRecord,
  deleteOidcRecord,
  deleteOidcRecordsOf,
  findOidcRecord,
  findOidcRecordByUid,
  type OidcRecord,
  putOidcRecord,
} from '#lib/db/oidc-records.ts'
import type { Runtime } from '#lib/runtime.ts'

/** Milliseconds after a claim in which another attempt is the loser of a race, and no theft. */
const race = 10_000

/**
 * Storage of the OpenID Provider: every id is kept as its SHA-256, every payload sealed and without the id itself. `consume` claims
 * once for all instances and throws `invalid_grant` for everybody else. A record that was claimed longer than ten seconds ago
 * says so, and the library then ends its grant (RFC 9700, section 4.14.2); a loser of the race hurts nobody.
 */
export function createAdapter({ db, config }: Pick<Runtime, 'db' | 'config'>): (model: string) => Adapter {
  return (model) => {
    const key = (id: string) => ({ model, hash: sha256(id) })

    async function opened(
      { sealed, consumedAt }: OidcRecord,
      hash: Uint8Array,
    ): Promise<StoredPayload | undefined> {
      const payload = await openRecord(model, hash, sealed, config.secrets)
      if (!payload) return undefined
      const isReused = consumedAt !== null && Date.now() - consumedAt.getTime() > race
      if (!isReused) return payload
      // It must not look expired, or the library would not look any further.
      return { ...payload, consumed: seconds(consumedAt), exp: seconds(new Date()) + 60 }
    }

    return {
      async upsert(id, { jti: _, ...payload }, ttl) {
        const { hash } = key(id)
        const { uid, grantId, accountId } = payload
        const owner = model === 'Session' ? accountId : grantId
        await putOidcRecord(db, {
          model,
          hash,
          sealed: await seal(payload, context(model, hash), config.secrets),
          ownerHash: owner ? sha256(owner) : null,
          uidHash: uid ? sha256(uid) : null,
          ttl,
        })
      },

      async find(id) {
        const { hash } = key(id)
        const record = await findOidcRecord(db, { model, hash })
        const payload = record && (await opened(record, hash))
        return payload && { ...payload, jti: id }
      },

      async findByUid(uid) {
        const record = await findOidcRecordByUid(db, model, sha256(uid))
        return record && opened(record, record.hash)
      },

      async findByUserCode() {
        return undefined
      },

      async consume(id) {
        if (!(await consumeOidcRecord(db, key(id)))) throw new errors.InvalidGrant('already used')
      },

      async destroy(id) {
        await deleteOidcRecord(db, key(id))
      },

      async revokeByGrantId(grantId) {
        await deleteOidcRecordsOf(db, model, sha256(grantId))
      },
    }
  }
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}

/** What a record holds; `undefined` when it was sealed under another secret, or for another place. */
export async function openRecord(
  model: string,
  hash: Uint8Array,
  sealed: string,
  secrets: Secrets,
): Promise<StoredPayload | undefined> {
  return (await open(sealed, context(model, hash), secrets)) as StoredPayload | undefined
}

function context(model: string, hash: Uint8Array): string {
  return `oidc ${model} ${Buffer.from(hash).toString('hex')}`
}
