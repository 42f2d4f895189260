import type { Command } from './command.ts'
import { json, optionsOf } from './options.ts'

/** `baton migrate`: applies pending migrations, as a start does. */
export const migrate: Command = {
  summary: 'applies pending migrations of the database, as a start does',
  usage: '[--json]',
  read(args) {
    const { values } = optionsOf(args, json)
    return {
      changes: true,
      takesPending: true,
      async *run({ database }) {
        const applied = await database.migrate()
        if (values.json) yield `${JSON.stringify({ applied })}\n`
        else
          yield applied.length === 0
            ? 'No migration is pending.\n'
            : `Applied:\n${applied.map((name) => `  ${name}\n`).join('')}`
      },
    }
  },
}
