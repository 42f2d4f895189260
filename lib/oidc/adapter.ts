import type { Adapter, AdapterPayload } from 'oidc-provider'
import { errors } from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { open, type Secrets, seal } from '#lib/crypto/seal.ts'
import type { Database, Queries } from '#lib/db/database.ts'
import {
  consumeOidcRecord,
  deleteOidcRecord,
  deleteOidcRecordsOf,
  findOidcRecordByUid,
  findOidcRecords,
  type OidcRecord,
  type OidcRecordKey,
  putOidcRecord,
  resealOidcRecord,
} from '#lib/db/oidc-records.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { queriesOf } from './queries.ts'

type Needs = { db: Database; config: Pick<Config, 'secrets'> }

/** Milliseconds after a claim during which another attempt counts as a lost race, not as theft. */
const race = 10_000

/**
 * Storage of the OpenID Provider: every id is stored as its SHA-256, every payload sealed and without its id.
 * `consume` succeeds once across all instances and throws `invalid_grant` for every other caller. A record
 * that was consumed more than ten seconds ago is returned as consumed, and the library then ends its grant
 * (RFC 9700, section 4.14.2).
 */
export function createAdapter({ db, config }: Needs): (model: string) => Adapter {
  const look = lookTogether(db)
  return (model) => {
    async function opened(
      { sealed, consumedAt }: OidcRecord,
      hash: Uint8Array,
    ): Promise<AdapterPayload | undefined> {
      const payload = await openRecord(model, hash, sealed, config.secrets)
      if (!payload) return undefined
      const isReused = consumedAt !== null && Date.now() - consumedAt.getTime() > race
      // A decided interaction may be read many times; that is not reuse.
      if (!isReused || model === interactionModel) return payload
      // It must not look expired, or the library would not look further.
      return { ...payload, consumed: numericDate(consumedAt), exp: numericDate(new Date()) + 60 }
    }

    return {
      async upsert(id, { jti: _, ...payload }, ttl) {
        const { hash } = recordKey(model, id)
        const { uid, grantId, accountId } = payload
        // A person withdraws what was granted in their sessions.
        const isOfSession = model === 'Session' || model === 'Grant'
        const owner = isOfSession ? accountId : grantId
        await putOidcRecord(queriesOf(db), {
          model,
          hash,
          sealed: await seal(payload, context(model, hash), config.secrets),
          ownerHash: owner ? sha256(owner) : null,
          uidHash: uid ? sha256(uid) : null,
          ttl,
        })
      },

      async find(id) {
        const { hash } = recordKey(model, id)
        const record = await look(hash, model)
        const payload = record && (await opened(record, hash))
        return payload && { ...payload, jti: id }
      },

      async findByUid(uid) {
        const record = await findOidcRecordByUid(queriesOf(db), model, sha256(uid))
        return record && opened(record, record.hash)
      },

      // Baton's own page looks at user codes, see `lib/devices`.
      async findByUserCode() {
        return undefined
      },

      async consume(id) {
        if (!(await consumeOidcRecord(queriesOf(db), recordKey(model, id))))
          throw new errors.InvalidGrant('already used')
      },

      async destroy(id) {
        await deleteOidcRecord(queriesOf(db), recordKey(model, id))
      },

      async revokeByGrantId(grantId) {
        await deleteOidcRecordsOf(queriesOf(db), model, sha256(grantId))
      },
    }
  }
}

// The library asks for one id under several models at once: whatever a token may be. One statement tells.
function lookTogether(db: Database) {
  const asked = new Map<string, { models: string[]; found: Promise<Map<string, OidcRecord>> }>()
  return async (hash: Buffer<ArrayBuffer>, model: string): Promise<OidcRecord | undefined> => {
    const queries = queriesOf(db)
    if (queries !== db) return (await findOidcRecords(queries, hash, [model])).get(model)
    const key = hash.toString('base64')
    let look = asked.get(key)
    if (!look) {
      const models: string[] = []
      const found = Promise.resolve().then(() => {
        asked.delete(key)
        return findOidcRecords(db, hash, models)
      })
      look = { models, found }
      asked.set(key, look)
    }
    look.models.push(model)
    return (await look.found).get(model)
  }
}

/** The library's name for its record of an interaction. */
export const interactionModel = 'Interaction'

/** Where the record of a model with this id is stored. */
export function recordKey(model: string, id: string): OidcRecordKey {
  return { model, hash: sha256(id) }
}

/** The content of a record; `undefined` when it was sealed with an unknown secret, or for another place. */
export async function openRecord(
  model: string,
  hash: Uint8Array,
  sealed: string,
  secrets: Secrets,
): Promise<AdapterPayload | undefined> {
  return (await open(sealed, context(model, hash), secrets)) as AdapterPayload | undefined
}

/**
 * Changes the content of a stored record, which then belongs to the grant that it names; `false` when there
 * is no such record now.
 */
export async function changeRecord(
  { model, hash }: OidcRecordKey,
  change: (payload: AdapterPayload) => Promise<AdapterPayload>,
  tx: Queries,
  { secrets }: Pick<Config, 'secrets'>,
): Promise<boolean> {
  const record = (await findOidcRecords(tx, hash, [model])).get(model)
  const payload = record && (await openRecord(model, hash, record.sealed, secrets))
  if (!payload) return false
  const changed = await change(payload)
  const { grantId } = changed
  const sealed = await seal(changed, context(model, hash), secrets)
  return resealOidcRecord(tx, { model, hash, sealed, ownerHash: grantId ? sha256(grantId) : null })
}

function context(model: string, hash: Uint8Array): string {
  return `oidc ${model} ${Buffer.from(hash).toString('hex')}`
}
