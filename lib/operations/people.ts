import { findPeople } from '#lib/db/people.ts'
import type { Command } from './command.ts'
import { countOf, json, optionsOf } from './options.ts'
import { momentText, tableOf } from './table.ts'

const headings = ['sub', 'name', 'e-mail', 'sessions', 'last used (UTC)', 'subject', 'issuer']

/** `baton people`: who has signed in. */
export const people: Command = {
  summary: 'who has signed in, the newest first',
  usage: '[--search TEXT] [--limit 100] [--json]',
  read(args) {
    const { values } = optionsOf(args, {
      search: { type: 'string' },
      limit: { type: 'string', default: '100' },
      ...json,
    })
    const limit = countOf(values.limit, '--limit')
    const search = values.search ?? null
    return {
      async *run({ db }) {
        const found = await findPeople(db, { search, limit: limit + 1 })
        const rows = found.slice(0, limit)
        if (values.json) yield `${JSON.stringify(rows, null, 2)}\n`
        else if (rows.length === 0)
          yield search === null ? 'Nobody has signed in yet.\n' : 'Nobody is found.\n'
        else
          yield tableOf(
            headings,
            rows.map(({ sub, name, email, sessions, usedAt, subject, issuer }) => [
              ...[sub, name, email, String(sessions), momentText(usedAt), subject, issuer],
            ]),
          )
        if (!values.json && found.length > limit) yield `There are more: --limit or --search.\n`
      },
    }
  },
}
