import { type AuditEvent, auditEvents } from '#lib/db/audit-events.ts'
import type { Database } from '#lib/db/database.ts'
import { type Command, WrongUse } from './command.ts'
import { json, optionsOf, uuidOf } from './options.ts'

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }
const text = { type: 'string' } as const
const formats = ['table', 'json', 'jsonl'] as const
type Format = (typeof formats)[number]

/** `baton audit`: the events of hand-offs, the oldest first. */
export const audit: Command = {
  summary: 'the audit trail of hand-offs, the oldest event first',
  usage: '[--since 24h | DATE] [--until DATE] [--nonce HASH] [--person SUB] [--format table|json|jsonl]',
  read(args) {
    const asked = readArguments(args)
    return { run: ({ db }) => printed(asked, db) }
  },
}

type Asked = ReturnType<typeof readArguments>

async function* printed({ format, ...period }: Asked, db: Database): AsyncGenerator<string> {
  if (format === 'json') yield '[\n'
  let count = 0
  for await (const page of auditEvents(db, period)) {
    // One piece a page: the reader sets the pace.
    yield page.map((event, index) => written(event, format, count + index === 0)).join('')
    count += page.length
  }
  if (format === 'json') yield count === 0 ? ']\n' : '\n]\n'
  else if (format === 'table') yield count === 0 ? 'No event in this time.\n' : ''
}

function readArguments(args: string[]) {
  const { values } = optionsOf(args, {
    since: { ...text, default: '24h' },
    until: text,
    nonce: text,
    person: text,
    format: { ...text, default: 'table' },
    ...json,
  })
  const format = (values.json ? 'json' : values.format) as Format
  if (!formats.includes(format)) throw new WrongUse(`--format is one of ${formats.join(', ')}`)
  const { nonce } = values
  const person = uuidOf(values.person, '--person', 'the `sub` that Baton gives a person')
  if (nonce !== undefined && !/^[0-9a-f]{64}$/.test(nonce))
    throw new WrongUse('--nonce is the SHA-256 of a nonce in 64 hexadecimal digits, as the trail has it')
  return {
    format,
    since: momentOf(values.since, '--since'),
    until: values.until === undefined ? null : momentOf(values.until, '--until'),
    nonce: nonce ?? null,
    person: person ?? null,
  }
}

/** A time: so long ago (`90s`, `30m`, `1h`, `7d`), or a date in ISO 8601. */
function momentOf(text: string, option: string): Date {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count && unit) return new Date(Math.max(0, Date.now() - Number(count) * (units[unit] ?? 0) * 1000))
  const [, day] = /^(\d{4}-\d{2}-\d{2})([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text) ?? []
  const date = new Date(text)
  if (!day || !isInCalendar(day) || Number.isNaN(date.getTime()))
    throw new WrongUse(`${option} is a time such as 90s, 30m, 1h, 7d, or a date such as 2026-01-31`)
  return date
}

// `Date` takes 31 February for 3 March.
function isInCalendar(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

function written(event: AuditEvent, format: Format, isFirst: boolean): string {
  if (format === 'jsonl') return `${JSON.stringify(event)}\n`
  if (format === 'json') return `${isFirst ? '' : ',\n'}${JSON.stringify(event)}`
  const { at, type, reason, nonce, userId, sourceClientId, target, source, by } = event
  const [date, time] = at.split('T')
  return [
    ...(isFirst ? [`${headings.join('  ')}\n`] : []),
    `${date} ${time?.slice(0, 8)}`.padEnd(19),
    `  ${(reason ? `${type} (${reason})` : type).padEnd(28)}`,
    `  ${(nonce ?? '').slice(0, 12).padEnd(12)}`,
    `  ${userId}`,
    `  ${sourceClientId ?? 'browser'} -> ${target ?? 'Baton'}`,
    `  ${placeText(by ?? source)}`,
    '\n',
  ].join('')
}

const headings = [
  'time (UTC)'.padEnd(19),
  'event'.padEnd(28),
  'nonce'.padEnd(12),
  'person'.padEnd(36),
  'from -> to, where',
]

function placeText(place: AuditEvent['by']): string {
  return place ? [place.browser, place.system, place.address].filter(Boolean).join(', ') : ''
}
