import type { Database } from './database.ts'
import { firstId } from './over-sessions.ts'
import type { Statement } from './prepared.ts'

type Prepared = Pick<Database, '$prepared'>

type Kind = 'ended' | 'failed'

const tables = {
  ended: { table: 'sessions', time: 'ended_at', key: 'id::text', digest: 'uuid_hash(id)' },
  failed: {
    table: 'token_sets',
    time: 'failed_at',
    key: `id || ' ' || failed_at`,
    digest: `hashtext(id || ' ' || failed_at)`,
  },
}

/** Slots of a second. */
const perSecond = 10
/** Milliseconds that a look reaches back at most before the last one, and at the first time. */
export const longestReach = 30_000

const from = `coalesce($1::float, extract(epoch FROM now()) * 1000 - ${longestReach}) / 1000`

// Whole slots, so that none changes by growing old. The digest tells one that lost a row and got another.
const slotsOf = (kind: Kind) => {
  const { table, time, digest } = tables[kind]
  return `
    SELECT '${kind}' AS kind, floor(extract(epoch FROM ${time}) * ${perSecond})::float AS slot,
           count(*) || ' ' || bit_xor(${digest}) AS mark
    FROM ${table}
    WHERE ${time} >= to_timestamp(floor(${perSecond} * ${from}) / ${perSecond}) GROUP BY slot`
}

// A transaction that has begun may have ended a session at the time of its beginning, and be seen later.
const slots: Statement = {
  name: 'find slots with revocations',
  text: `
    ${slotsOf('ended')} UNION ALL ${slotsOf('failed')}
    UNION ALL SELECT 'now', floor(extract(epoch FROM now()) * 1000)::float, ''
    UNION ALL SELECT 'running', coalesce(extract(epoch FROM min(xact_start)) * 1000, 'infinity')::float, ''
              FROM pg_stat_activity`,
}

/**
 * A tenth of a second in which sessions ended or token sets failed, counted since the epoch by the database's
 * clock. Another `mark` means that other rows are in it.
 */
export type RevocationSlot = { kind: Kind; slot: number; mark: string }

type TimeOfLook = { kind: 'now' | 'running'; slot: number; mark: '' }

/**
 * The slots since that time, or within the longest reach, in which something ended or failed. `at` is the
 * database's time of this query, and `running` when the oldest transaction began that had not ended; all in
 * milliseconds since the epoch.
 */
export async function findRevocationSlots(
  { $prepared }: Prepared,
  since: number | null,
): Promise<{ slots: RevocationSlot[]; at: number; running: number }> {
  const rows = await $prepared<RevocationSlot | TimeOfLook>(slots, [since])
  const timeOf = (kind: TimeOfLook['kind']) => rows.find((row) => row.kind === kind)?.slot ?? 0
  return {
    slots: rows.filter((row): row is RevocationSlot => row.kind === 'ended' || row.kind === 'failed'),
    at: timeOf('now'),
    running: Math.min(timeOf('now'), timeOf('running')),
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

/** A run of slots of one kind, one after the other. */
export type RevocationSpan = { kind: Kind; from: number; to: number }

/** The same slots, with those that follow each other in one span. */
export function spansOf(slots: RevocationSlot[]): RevocationSpan[] {
  const spans: RevocationSpan[] = []
  for (const { kind, slot } of slots.toSorted((a, b) => a.slot - b.slot)) {
    const before = spans.findLast((span) => span.kind === kind)
    if (before?.to === slot - 1) before.to = slot
    else spans.push({ kind, from: slot, to: slot })
  }
  return spans
}

/** What ended or failed in a span, in pages of five hundred. */
export function revocationsIn(
  db: Prepared,
  { kind, from, to }: RevocationSpan,
): AsyncGenerator<Revocation[]> {
  const timeOf = (slot: number) => new Date((slot * 1000) / perSecond)
  return inPages(db, kind, timeOf(from), timeOf(to + 1))
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
