import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from './database.ts'
import type { Statement } from './prepared.ts'
import { endedSince } from './revocations.ts'

const find: Statement = {
  name: 'find sessions of ended ones',
  text: `
    SELECT DISTINCT encode(owner_hash, 'hex') AS owner FROM oidc_records
    WHERE model = 'Session' AND owner_hash = ANY($1::bytea[])`,
}

/**
 * The sessions that ended at `since` or later, in milliseconds since the epoch, and whose sessions at the
 * OpenID Provider are still there: the process that ended them has died before it told their applications.
 */
export async function* untoldSince(db: Pick<Database, '$prepared'>, since: number): AsyncGenerator<string[]> {
  for await (const sids of endedSince(db, since)) {
    const hashes = sids.map((sid) => sha256(sid))
    const rows = await db.$prepared<{ owner: string }>(find, [hashes])
    const owners = new Set(rows.map(({ owner }) => owner))
    yield sids.filter((_, index) => owners.has(hashes[index]?.toString('hex') ?? ''))
  }
}
