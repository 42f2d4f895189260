import { isPerson } from '#lib/db/people.ts'
import { isSession, listSessions, type SessionRow } from '#lib/db/session-list.ts'
import type { Whose } from '#lib/sessions/end-by-operator.ts'
import { type Command, type CommandNeeds, type Task, WrongUse } from './command.ts'
import { countOf, json, optionsOf, uuidOf } from './options.ts'
import { momentText, tableOf } from './table.ts'

const text = { type: 'string' } as const
const ofPerson = 'the `sub` that Baton gives a person, as `people` shows it'

/** `baton sessions list` and `baton sessions end`. */
export const sessions: Command = {
  summary: 'living sessions, and ending them',
  usage: [
    'list [--person SUB | --client ID] [--limit 100] [--json]',
    'end --person SUB | --client ID | --sid SID | --all [--yes] [--json]',
  ].join('\n'),
  read([action, ...args]) {
    if (action === 'list') return readList(args)
    if (action === 'end') return readEnd(args)
    throw new WrongUse('Say `sessions list` or `sessions end`.')
  },
}

function readList(args: string[]): Task {
  const { values } = optionsOf(args, {
    person: text,
    client: text,
    limit: { ...text, default: '100' },
    ...json,
  })
  const person = uuidOf(values.person, '--person', ofPerson) ?? null
  const limit = countOf(values.limit, '--limit')
  const client = values.client ?? null
  return {
    async *run({ db }) {
      const found = await listSessions(db, { person, client, limit: limit + 1 })
      const rows = found.slice(0, limit)
      if (values.json) yield `${JSON.stringify(rows.map(asJson), null, 2)}\n`
      else yield rows.length === 0 ? 'There is no living session.\n' : listOf(rows)
      if (!values.json && found.length > limit) yield 'There are more: --limit, --person or --client.\n'
    },
  }
}

const headings = ['sid', 'kind', 'person', 'from -> for', 'last used (UTC)', 'ends (UTC)', 'where']

function listOf(rows: SessionRow[]): string {
  return tableOf(
    headings,
    rows.map(({ sid, kind, sub, name, email, provider, clientId, target, device, usedAt, expiresAt }) => [
      ...[sid, kind, name ?? email ?? sub, `${clientId ?? provider ?? 'browser'} -> ${target ?? 'Baton'}`],
      ...[momentText(usedAt), momentText(expiresAt), Object.values(placeOf(device)).join(', ')],
    ]),
  )
}

function asJson({ device, ...row }: SessionRow) {
  return { ...row, device: placeOf(device) }
}

function placeOf(device: string | null): Record<string, string> {
  const known = device === null ? {} : (JSON.parse(device) as Record<string, unknown>)
  return Object.fromEntries(
    ['browser', 'system', 'address'].flatMap((key) =>
      typeof known[key] === 'string' ? [[key, known[key]]] : [],
    ),
  )
}

function readEnd(args: string[]): Task {
  const flag = { type: 'boolean' } as const
  const { values } = optionsOf(args, {
    person: text,
    client: text,
    sid: text,
    all: flag,
    yes: flag,
    ...json,
  })
  const whose = whoseOf(values)
  return {
    changes: true,
    ...(values.all && !values.yes && { question: 'End all sessions of everybody?' }),
    async *run(needs) {
      await requireKnown(whose, needs)
      const { endByOperator } = await import('#lib/sessions/end-by-operator.ts')
      const ended = await endByOperator(whose, needs)
      yield values.json ? `${JSON.stringify({ ended })}\n` : endedText(ended)
    },
  }
}

function whoseOf(values: Partial<Record<'person' | 'client' | 'sid', string>> & { all?: boolean }): Whose {
  const { client, all } = values
  const person = uuidOf(values.person, '--person', ofPerson)
  const sid = uuidOf(values.sid, '--sid', 'the id of a session, as `sessions list` shows it')
  const given = [
    ...(person === undefined ? [] : [{ person }]),
    ...(sid === undefined ? [] : [{ sid }]),
    ...(client === undefined ? [] : [{ client }]),
    ...(all ? [{ client: null }] : []),
  ]
  const [whose] = given
  if (!whose || given.length > 1)
    throw new WrongUse('Say whose sessions end: one of --person SUB, --client ID, --sid SID, --all.')
  return whose
}

// A slip of the pen must not look as if everything had ended.
async function requireKnown(whose: Whose, { db, config }: CommandNeeds): Promise<void> {
  if ('person' in whose && !(await isPerson(db, whose.person)))
    throw new Error(`Baton knows no person with the sub ${whose.person}; see \`people\`.`)
  if ('sid' in whose && !(await isSession(db, whose.sid)))
    throw new Error(`Baton knows no session with the sid ${whose.sid}; see \`sessions list\`.`)
  if (!('client' in whose) || whose.client === null) return
  const known = [
    ...config.clients.map(({ client_id }) => client_id),
    ...config.trustedIssuers.flatMap(({ clients }) => clients),
  ]
  const [session] = await listSessions(db, { person: null, client: whose.client, limit: 1 })
  if (!known.includes(whose.client) && !session)
    throw new Error(`The configuration has no client "${whose.client}", and no session is of one.`)
}

function endedText(count: number): string {
  if (count === 0) return 'No session was alive.\n'
  return count === 1 ? 'One session has ended.\n' : `${count} sessions have ended.\n`
}
