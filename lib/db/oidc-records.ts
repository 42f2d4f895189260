import type { Database, Queries } from './database.ts'
import { runOn, type Statement } from './prepared.ts'

export type OidcRecord = { sealed: string; consumedAt: Date | null }

/** The library's model, and the SHA-256 of the record's id. */
export type OidcRecordKey = { model: string; hash: Buffer<ArrayBuffer> }

type NewRecord = OidcRecordKey & {
  sealed: string
  /** The grant that it belongs to; for a session of the OpenID Provider and a grant, its account. */
  ownerHash: Buffer<ArrayBuffer> | null
  uidHash: Buffer<ArrayBuffer> | null
  /** Seconds by the database's clock; without it the record does not expire. */
  ttl: number | undefined
}

/** Writes a record, or replaces the stored one. A claim of the stored one stays. */
export async function putOidcRecord(db: Queries, record: NewRecord): Promise<void> {
  const { model, hash, sealed, ownerHash, uidHash, ttl = null } = record
  await db.$executeRaw`
    INSERT INTO oidc_records (model, hash, sealed, owner_hash, uid_hash, expires_at)
    VALUES (${model}, ${hash}, ${sealed}, ${ownerHash}, ${uidHash},
            now() + make_interval(secs => ${ttl}::int))
    ON CONFLICT (model, hash) DO UPDATE
    SET sealed = excluded.sealed, owner_hash = excluded.owner_hash, uid_hash = excluded.uid_hash,
        expires_at = excluded.expires_at`
}

/** Replaces the content of a record that has not expired, and its owner; `false` when there is none. */
export async function resealOidcRecord(
  db: Queries,
  { model, hash, sealed, ownerHash }: Pick<NewRecord, 'model' | 'hash' | 'sealed' | 'ownerHash'>,
): Promise<boolean> {
  const written = await db.$executeRaw`
    UPDATE oidc_records SET sealed = ${sealed}, owner_hash = ${ownerHash}
    WHERE model = ${model} AND hash = ${hash} AND (expires_at IS NULL OR expires_at > now())`
  return written === 1
}

const find: Statement = {
  name: 'find oidc records',
  text: `
    SELECT model, sealed, consumed_at AS "consumedAt" FROM oidc_records
    WHERE hash = $1 AND model = ANY($2::text[]) AND (expires_at IS NULL OR expires_at > now())`,
}

/** The records of these models that have this hash, by their models, but for those that have expired. */
export async function findOidcRecords(
  db: Queries,
  hash: Buffer<ArrayBuffer>,
  models: readonly string[],
): Promise<Map<string, OidcRecord>> {
  const rows = await runOn(db)<OidcRecord & { model: string }>(find, [hash, models])
  return new Map(rows.map(({ model, ...record }) => [model, record]))
}

const findGood: Statement = {
  name: 'find tokens with grants',
  text: `
    SELECT encode(token.hash, 'hex') AS hash, token.model, token.sealed, owner.sealed AS "sealedGrant"
    FROM oidc_records AS token
    JOIN oidc_records AS owner ON owner.model = 'Grant' AND owner.hash = token.owner_hash
    WHERE token.model IN ('AccessToken', 'RefreshToken') AND token.hash = ANY($1::bytea[])
      AND token.consumed_at IS NULL AND token.expires_at > now()
      AND (owner.expires_at IS NULL OR owner.expires_at > now())`,
}

/** A record of an access token or refresh token, and that of its grant. */
type StoredToken = { model: string; sealed: string; sealedGrant: string }

/**
 * The opaque tokens with these hashes that can still be used, each with its grant, in one statement. Answers
 * in the order of `hashes`.
 */
export async function findTokens(
  { $prepared }: Pick<Database, '$prepared'>,
  hashes: readonly Buffer<ArrayBuffer>[],
): Promise<(StoredToken | undefined)[]> {
  const rows = await $prepared<StoredToken & { hash: string }>(findGood, [hashes])
  const byHash = new Map(rows.map((row) => [row.hash, row]))
  return hashes.map((hash) => byHash.get(hash.toString('hex')))
}

const findByUid: Statement = {
  name: 'find oidc record by uid',
  text: `
    SELECT hash, sealed, consumed_at AS "consumedAt" FROM oidc_records
    WHERE model = $1 AND uid_hash = $2 AND (expires_at IS NULL OR expires_at > now())`,
}

/** The record with this `uid`, and its hash, unless it has expired. */
export async function findOidcRecordByUid(
  db: Queries,
  model: string,
  uidHash: Buffer<ArrayBuffer>,
): Promise<(OidcRecord & { hash: Uint8Array }) | undefined> {
  const [row] = await runOn(db)<OidcRecord & { hash: Uint8Array }>(findByUid, [model, uidHash])
  return row
}

/** Seconds that a used record is kept beyond its lifetime, so that a late reuse is recognised. */
const remembered = 14 * 24 * 3600

/** Claims a record that is used once: of any number of callers over all instances one gets `true`. */
export async function consumeOidcRecord(db: Queries, { model, hash }: OidcRecordKey): Promise<boolean> {
  const claimed = await db.$executeRaw`
    UPDATE oidc_records
    SET consumed_at = now(), expires_at = expires_at + make_interval(secs => ${remembered})
    WHERE model = ${model} AND hash = ${hash} AND consumed_at IS NULL
      AND (expires_at IS NULL OR expires_at > now())`
  return claimed === 1
}

/** Locks a record until the transaction ends; `false` when it has been claimed, has expired or is gone. */
export async function lockUnconsumedOidcRecord(
  tx: Queries,
  { model, hash }: OidcRecordKey,
): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM oidc_records
    WHERE model = ${model} AND hash = ${hash} AND consumed_at IS NULL
      AND (expires_at IS NULL OR expires_at > now())
    FOR UPDATE`
  return rows.length === 1
}

export async function deleteOidcRecord(db: Queries, { model, hash }: OidcRecordKey): Promise<void> {
  await db.$executeRaw`DELETE FROM oidc_records WHERE model = ${model} AND hash = ${hash}`
}

/** Deletes the records of one model that belong to this owner. */
export async function deleteOidcRecordsOf(
  db: Queries,
  model: string,
  ownerHash: Buffer<ArrayBuffer>,
): Promise<void> {
  await db.$executeRaw`DELETE FROM oidc_records WHERE model = ${model} AND owner_hash = ${ownerHash}`
}

/** Deletes the records of one model that belong to these owners; returns those that had not expired. */
export async function takeOidcRecordsOf(
  db: Queries,
  model: string,
  ownerHashes: Buffer<ArrayBuffer>[],
): Promise<(OidcRecord & { hash: Uint8Array })[]> {
  return db.$queryRaw`
    DELETE FROM oidc_records
    WHERE model = ${model} AND owner_hash = ANY(${ownerHashes})
      AND (expires_at IS NULL OR expires_at > now())
    RETURNING hash, sealed, consumed_at AS "consumedAt"`
}

/** The records of one model that belong to these owners, but for those that have expired. */
export async function findOidcRecordsOf(
  db: Queries,
  model: string,
  ownerHashes: Buffer<ArrayBuffer>[],
): Promise<(OidcRecord & { hash: Uint8Array })[]> {
  return db.$queryRaw`
    SELECT hash, sealed, consumed_at AS "consumedAt" FROM oidc_records
    WHERE model = ${model} AND owner_hash = ANY(${ownerHashes})
      AND (expires_at IS NULL OR expires_at > now())`
}

/** Deletes these grants, and everything that was issued by them, in one statement. */
export async function deleteGrants(db: Queries, hashes: Buffer<ArrayBuffer>[]): Promise<void> {
  await db.$executeRaw`
    DELETE FROM oidc_records
    WHERE (model = 'Grant' AND hash = ANY(${hashes})) OR owner_hash = ANY(${hashes})`
}
