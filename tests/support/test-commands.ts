import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { authSecret } from './baton.ts'
import { fullConfig } from './full-config.ts'
import { runBaton } from './run-baton.ts'
import type { Setup, StagePartners } from './stage.ts'
import { perFile } from './test.ts'
import { test as base } from './test-oidc.ts'

/** Commands take a while: what a nonce is refused for must not be its age. */
const config = (partners: StagePartners) => fullConfig(partners, { handoff: { nonceTtl: 120 } })

/** Tests of the operator's command line beside a running Baton on this database. */
export function commandTest(database: 'PGlite' | 'PostgreSQL') {
  return (
    base
      .extend('setup', perFile, { config, database } satisfies Setup)
      .extend('configPath', perFile, async ({ closing, partners }) => {
        const folder = await mkdtemp(join(tmpdir(), 'baton-command-'))
        closing({ close: () => rm(folder, { recursive: true, force: true }) })
        const path = join(folder, 'baton.config.json')
        await writeFile(path, JSON.stringify(config(partners)))
        return path
      })
      /** The environment of this Baton. */
      .extend('environment', perFile, ({ stage, baton, configPath }) => ({
        BATON_URL: baton.url,
        AUTH_SECRET: authSecret,
        BATON_CONFIG: configPath,
        ...(database === 'PGlite' ? { BATON_DATA_DIR: stage.dataDir } : { DATABASE_URL: stage.databaseUrl }),
      }))
      /** Runs a command as the operator would on the same machine. */
      .extend(
        'command',
        perFile,
        ({ environment }) =>
          (...args: string[]) =>
            runBaton(args, environment),
      )
      /** Runs a command with `--json` that has to end well, and gives what it prints. */
      .extend('told', perFile, ({ environment }) => async <Told>(...args: string[]): Promise<Told> => {
        const { exitCode, stdout, stderr } = await runBaton([...args, '--json'], environment)
        if (exitCode !== 0)
          throw new Error(`${args.join(' ')} has ended with ${exitCode}: ${stderr}${stdout}`)
        return JSON.parse(stdout)
      })
  )
}
