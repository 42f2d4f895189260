import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { authSecret } from '../../support/baton.ts'
import { migratedPostgres } from '../../support/databases.ts'
import { goodClaims } from '../../support/id-token-rules.ts'
import { newKey, signed, startIssuer } from '../../support/issuer.ts'
import { runBaton } from '../../support/run-baton.ts'
import { test as base, perFile } from '../../support/test.ts'

/** What a command that fails prints with `--json`. */
type Failed = { ok: boolean; error: string; faults: string[] }

const test = base
  .extend('folder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-answers-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    await writeFile(join(folder, 'baton.config.json'), '{}')
    return folder
  })
  .extend('environment', perFile, async ({ folder }) => ({
    BATON_URL: 'https://baton.example.org',
    AUTH_SECRET: authSecret,
    BATON_CONFIG: join(folder, 'baton.config.json'),
    DATABASE_URL: await migratedPostgres(),
  }))
  /** Runs a command that fails, and gives what it prints. */
  .extend(
    'failed',
    perFile,
    ({ environment }) =>
      async (args: string[], env: Record<string, string> = {}) => {
        const { exitCode, stdout, stderr } = await runBaton(args, { ...environment, ...env })
        expect(stderr).toBe('')
        return { exitCode, ...(JSON.parse(stdout) as Failed) }
      },
  )

test('with --json a failure and wrong use are JSON too, with the faults of the configuration', async ({
  failed,
  environment,
}) => {
  const [sid, sub] = [randomUUID(), randomUUID()]
  for (const [args, exitCode, words] of [
    [['sessions', 'end', '--sid', sid, '--json'], 1, `no session with the sid ${sid}`],
    [['sessions', 'end', '--person', sub, '--json'], 1, `no person with the sub ${sub}`],
    [['sessions', 'end', '--client', 'ap', '--json'], 1, 'no client "ap"'],
    [['sessions', 'end', '--all', '--json'], 2, 'Add --yes'],
    [['audit', '--since', 'x', '--format', 'json'], 2, '--since'],
    [['audit', '--since', 'x', '--format=jsonl'], 2, '--since'],
    [['backup', 'x.tgz', '--json'], 1, 'PostgreSQL'],
    [['nothing', '--json'], 2, 'There is no command "nothing"'],
  ] as const) {
    const { error, ...rest } = await failed([...args])
    expect([args, rest]).toEqual([args, { exitCode, ok: false, faults: [] }])
    expect(error).toContain(words)
    expect(error).not.toContain('\n')
  }
  const faulty = await failed(['people', '--json'], { PORT: 'x' })
  expect(faulty).toEqual({
    exitCode: 1,
    ok: false,
    error: 'The configuration has a fault.',
    faults: [expect.stringMatching(/^PORT: /)],
  })
  const plain = await runBaton(['sessions', 'end', '--sid', sid], environment)
  expect([plain.exitCode, plain.stdout]).toEqual([1, ''])
  expect(plain.stderr).toContain('Baton knows no session')
})

test('an ID token whose keys cannot be had is neither good nor bad, and what to do is told', async ({
  environment,
  folder,
}) => {
  const key = await newKey('RS256')
  const dead = await startIssuer([key])
  await dead.switchOff()
  const token = await signed(key, {
    ...goodClaims(dead.url),
    aud: ['app', 'https://baton.example.org/api/nonce'],
  })
  await writeFile(join(folder, 'token'), token)
  const config = join(folder, 'trusting.json')
  await writeFile(config, JSON.stringify({ trustedIssuers: [{ issuer: dead.url, clients: ['app'] }] }))
  // As `npm run` has it that was called in this folder.
  const env = { ...environment, BATON_CONFIG: config, npm_lifecycle_event: 'baton', INIT_CWD: folder }

  const text = await runBaton(['explain-token', 'token'], env)
  expect([text.exitCode, text.stderr]).toEqual([1, ''])
  expect(text.stdout).toContain(`Nothing is broken, but the metadata of ${dead.url} cannot be had (`)
  expect(text.stdout).toContain('ECONNREFUSED')
  expect(text.stdout).toContain('signature: See that this machine reaches')
  expect(text.stdout).not.toContain('does not take it')
  const json = await runBaton(['explain-token', 'token', '--json'], env)
  expect([json.exitCode, JSON.parse(json.stdout).ok]).toEqual([1, null])
})
