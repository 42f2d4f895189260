import type { Database } from './open.ts'

export type OidcRecord = { sealed: string; consumedAt: Date | null }

type Key = { model: string; hash: Buffer<ArrayBuffer> }
type NewRecord = Key & {
  sealed: string
  /** The grant that it came of; for a session of the OpenID Provider, its account. */
  ownerHash: Buffer<ArrayBuffer> | null
  uidHash: Buffer<ArrayBuffer> | null
  /** Seconds of the database's clock; for ever without. */
  ttl: number | undefined
}

/** Writes a record, or puts it in the place of the one that is there. */
export async function putOidcRecord(db: Database, record: NewRecord): Promise<void> {
  const { model, hash, sealed, ownerHash, uidHash, ttl = null } = record
  await db.$executeRaw`
    INSERT INTO oidc_records (model, hash, sealed, owner_hash, uid_hash, expires_at)
    VALUES (${model}, ${hash}, ${sealed}, ${ownerHash}, ${uidHash}, now() + make_interval(secs => ${ttl}::int))
    ON CONFLICT (model, hash) DO UPDATE
    SET sealed = excluded.sealed, owner_hash = excluded.owner_hash, uid_hash = excluded.uid_hash,
        expires_at = excluded.expires_at`
}

/** The record while it lives. */
export async function findOidcRecord(db: Database, { model, hash }: Key): Promise<OidcRecord | undefined> {
  const [row] = await db.$queryRaw<OidcRecord[]>`
    SELECT sealed, consumed_at AS "consumedAt" FROM oidc_records
    WHERE model = ${model} AND hash = ${hash} AND (expires_at IS NULL OR expires_at > now())`
  return row
}

/** The hash and record that a `uid` belongs to. */
export async function findOidcRecordByUid(
  db: Database,
  model: string,
  uidHash: Buffer<ArrayBuffer>,
): Promise<(OidcRecord & { hash: Uint8Array }) | undefined> {
  const [row] = await db.$queryRaw<(OidcRecord & { hash: Uint8Array })[]>`
    SELECT hash, sealed, consumed_at AS "consumedAt" FROM oidc_records
    WHERE model = ${model} AND uid_hash = ${uidHash} AND (expires_at IS NULL OR expires_at > now())`
  return row
}

/** Seconds beyond its life that a used one is remembered, so that a late reuse is known for what it is. */
const remembered = 14 * 24 * 3600

/** Claims a record that is used once: of any number of callers on any number of instances one gets `true`. */
export async function consumeOidcRecord(db: Database, { model, hash }: Key): Promise<boolean> {
  const claimed = await db.$executeRaw`
    UPDATE oidc_records
    SET consumed_at = now(), expires_at = expires_at + make_interval(secs => ${remembered})
    WHERE model = ${model} AND hash = ${hash} AND consumed_at IS NULL
      AND (expires_at IS NULL OR expires_at > now())`
  return claimed === 1
}

export async function deleteOidcRecord(db: Database, { model, hash }: Key): Promise<void> {
  await db.$executeRaw`DELETE FROM oidc_records WHERE model = ${model} AND hash = ${hash}`
}

/** Removes what belongs to one owner, of one model. */
export async function deleteOidcRecordsOf(
  db: Database,
  model: string,
  ownerHash: Buffer<ArrayBuffer>,
): Promise<void> {
  await db.$executeRaw`DELETE FROM oidc_records WHERE model = ${model} AND owner_hash = ${ownerHash}`
}

/** What belongs to one owner, of one model. */
export async function findOidcRecordsOf(
  db: Database,
  model: string,
  ownerHash: Buffer<ArrayBuffer>,
): Promise<(OidcRecord & { hash: Uint8Array })[]> {
  return db.$queryRaw`
    SELECT hash, sealed, consumed_at AS "consumedAt" FROM oidc_records
    WHERE model = ${model} AND owner_hash = ${ownerHash} AND (expires_at IS NULL OR expires_at > now())`
}
