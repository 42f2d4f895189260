import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { refusedStart } from '../support/refused-start.ts'
import type { Setup } from '../support/stage.ts'
import { test as base, perFile } from '../support/test.ts'

const newer = 'a newer secret of the tests that is long enough'
const greeting = '/api/backends/demo/api/authenticated/greeting'

for (const database of ['PGlite', 'PostgreSQL'] as const) {
  const test = base
    .extend('setup', perFile, { database } satisfies Setup)
    /** The environment of the same Baton with another secret. */
    .extend('environment', perFile, async ({ stage, baton, closing }) => {
      const folder = await mkdtemp(join(tmpdir(), 'baton-lost-secret-'))
      closing({ close: () => rm(folder, { recursive: true, force: true }) })
      const BATON_CONFIG = join(folder, 'baton.config.json')
      await writeFile(BATON_CONFIG, '{}')
      return {
        BATON_URL: baton.url,
        PORT: String(stage.publicPort),
        AUTH_SECRET: newer,
        BATON_CONFIG,
        ...(database === 'PGlite' ? { BATON_DATA_DIR: stage.dataDir } : { DATABASE_URL: stage.databaseUrl }),
      }
    })

  test(`${database}: with its secret lost Baton does not start, and what it says then helps`, async ({
    baton,
    stage,
    signedIn,
    environment,
    startAnother,
  }) => {
    const person = await signedIn()
    const published = async () => {
      const { keys } = (await (await fetch(`${baton.url}/oidc/jwks`)).json()) as { keys: { kid: string }[] }
      return keys.map(({ kid }) => kid)
    }
    const lost = await published()
    await baton.stop()

    const { exitCode, output } = await refusedStart(environment)
    expect(exitCode).toBe(1)
    expect(output).toMatch(/^Baton cannot start\.\n[^\n]*AUTH_SECRET[^\n]*\nSee [^\n]*\n$/)
    expect(output).toContain('`npm run keys:rotate -- --discard-lost`')
    // Not by npm, which would read an `.env` of this machine.
    const command = ['cli/main.ts', 'keys', 'rotate', '--discard-lost']
    const env = { NODE_ENV: 'production' as const, ...environment }
    const { stdout } = await promisify(execFile)(process.execPath, command, { env })
    for (const kid of lost) expect(stdout).toContain(kid)
    expect(stdout).toMatch(/no longer be verified.*sign in\s+again/s)

    await startAnother({ port: stage.publicPort, env: { AUTH_SECRET: newer } })
    const fresh = await published()
    expect(fresh).toHaveLength(2)
    for (const kid of lost) expect(fresh).not.toContain(kid)
    expect(await person.session()).toBeNull()
    expect((await person.ownPage(greeting)).status).toBe(401)
    await person.signIn()
    expect((await person.ownPage(greeting)).status).toBe(200)
  })
}

base(
  'a rotation that is misspelt, or lacks its settings, says so in plain words and does nothing',
  async () => {
    const run = (...options: string[]) =>
      promisify(execFile)(process.execPath, ['cli/main.ts', 'keys', 'rotate', ...options], {
        env: { NODE_ENV: 'production' },
      }).catch(({ code, stderr }) => ({ code, stderr }))
    expect(await run('--discard')).toMatchObject({ code: 2, stderr: expect.stringContaining('--discard') })
    const { code, stderr } = (await run()) as { code: number; stderr: string }
    expect(code).toBe(1)
    expect(stderr).toContain('  - AUTH_SECRET: ')
    expect(stderr).not.toMatch(/at .*\.ts:\d+/)
  },
)
