import { installedVersion } from '#lib/config/version.ts'
import type { Command } from './command.ts'
import { json, optionsOf } from './options.ts'

/** `baton version`. */
export const version: Command = {
  summary: 'the version that is installed here, and the commit that was built',
  usage: '[--json]',
  read(args) {
    const { values } = optionsOf(args, json)
    return {
      async *here() {
        const { version, commit } = installedVersion()
        yield values.json
          ? `${JSON.stringify({ version, commit })}\n`
          : `${version} (${commit ?? 'no commit'})\n`
        return false
      },
    }
  },
}
