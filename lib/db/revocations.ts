import type { Database } from './database.ts'
import { firstId } from './over-sessions.ts'
import type { Statement } from './prepared.ts'

type Prepared = Pick<Database, '$prepared'>

type Kind = 'ended' | 'failed'

const tables = {
  ended: { table: 'sessions', time: 'ended_at', key: 'id::text' },
  failed: { table: 'token_sets', time: 'failed_at', key: `id || ' ' || failed_at` },
}

// Whole seconds, so that none changes by growing old. The digest tells one that lost a row and got another.
const secondsOf = (kind: Kind) => {
  const { table, time, key } = tables[kind]
  return `
    SELECT '${kind}' AS kind, floor(extract(epoch FROM ${time}))::float AS second,
           count(*) || ' ' || bit_xor(hashtext(${key})) AS mark
    FROM ${table} WHERE ${time} >= date_trunc('second', now() - make_interval(secs => $1)) GROUP BY second`
}

const seconds: Statement = {
  name: 'find seconds with revocations',
  text: `
    ${secondsOf('ended')} UNION ALL ${secondsOf('failed')}
    UNION ALL SELECT 'now', 0, (extract(epoch FROM now()) * 1000)::bigint::text`,
}

/**
 * A second in which sessions ended or token sets failed, since the epoch by the database's clock. Another
 * `mark` means that other rows are in it.
 */
export type RevocationSecond = { kind: Kind; second: number; mark: string }

/**
 * The seconds within the last `since` of them in which something ended or failed. `at` is the database's time
 * of this query, in milliseconds since the epoch.
 */
export async function findRevocationSeconds(
  { $prepared }: Prepared,
  since: number,
): Promise<{ seconds: RevocationSecond[]; at: number }> {
  const rows = await $prepared<RevocationSecond | { kind: 'now'; mark: string }>(seconds, [since])
  return {
    seconds: rows.filter((row) => row.kind !== 'now'),
    at: Number(rows.find(({ kind }) => kind === 'now')?.mark),
  }
}

const pageSize = 500

const pageOf = (kind: Kind): Statement => {
  const { table, time, key } = tables[kind]
  return {
    name: `find page of ${kind}`,
    text: `
      SELECT id, ${key} AS key, ${time} AS at FROM ${table}
      WHERE ${time} >= $1::timestamptz AND (${time}, id) > ($1::timestamptz, $2::uuid)
        AND ${time} < $3::timestamptz
      ORDER BY ${time}, id LIMIT ${pageSize}`,
  }
}
const pages = { ended: pageOf('ended'), failed: pageOf('failed') }

/** A session that has ended or a token set that has failed; `key` is different for each such event. */
type Revocation = { id: string; key: string }

/** What ended or failed in a second, in pages of five hundred. */
export function revocationsIn(
  db: Prepared,
  { kind, second }: RevocationSecond,
): AsyncGenerator<Revocation[]> {
  return inPages(db, kind, new Date(second * 1000), new Date((second + 1) * 1000))
}

/**
 * The ids of sessions that ended at `since` or later, in milliseconds since the epoch by the database's
 * clock; the oldest first, in pages of five hundred.
 */
export async function* endedSince(db: Prepared, since: number): AsyncGenerator<string[]> {
  for await (const page of inPages(db, 'ended', new Date(since), 'infinity')) yield page.map(({ id }) => id)
}

async function* inPages(
  { $prepared }: Prepared,
  kind: Kind,
  from: Date,
  until: Date | 'infinity',
): AsyncGenerator<Revocation[]> {
  for (let [at, id] = [from, firstId]; ; ) {
    const page = await $prepared<Revocation & { at: Date }>(pages[kind], [at, id, until])
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    at = last.at
    id = last.id
  }
}
