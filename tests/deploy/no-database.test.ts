import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openDatabase } from '#lib/db/open.ts'
import type { Finding } from '#lib/operations/finding.ts'
import { authSecret } from '../support/baton.ts'
import { runBaton } from '../support/run-baton.ts'
import { test as base, perFile } from '../support/test.ts'

const test = base
  .extend('folder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-no-database-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    await writeFile(join(folder, 'baton.config.json'), '{}')
    return folder
  })
  /** Runs a command on this data folder. */
  .extend(
    'command',
    perFile,
    ({ folder }) =>
      (dataDir: string, ...args: string[]) =>
        runBaton(args, {
          BATON_URL: 'https://baton.example.org',
          AUTH_SECRET: authSecret,
          BATON_CONFIG: join(folder, 'baton.config.json'),
          BATON_DATA_DIR: dataDir,
        }),
  )

test('a command finds no database in a place without one, and makes nothing there', async ({
  command,
  folder,
}) => {
  const dataDir = join(folder, 'typo')
  for (const args of [
    ['people'],
    ['sessions', 'end', '--all', '--yes'],
    ['audit'],
    ['keys', 'rotate'],
    ['backup', join(folder, 'b.tgz')],
  ]) {
    const { exitCode, stdout, stderr } = await command(dataDir, ...args)
    expect([args, exitCode, stdout]).toEqual([args, 1, ''])
    expect(stderr).toContain(`There is no database in ${dataDir}`)
    expect(stderr).not.toMatch(/at .*\.ts:\d+/)
  }
  expect(await readdir(folder)).toEqual(['baton.config.json'])
})

test.for<[what: string, make: (dataDir: string) => Promise<unknown>, words: string]>([
  ['the data folder is a file', (dataDir) => writeFile(dataDir, ''), 'is no folder, or is in none'],
  [
    'a folder above it is a file',
    async (dataDir) => {
      await rm(join(dataDir, '..'), { recursive: true, force: true })
      await writeFile(join(dataDir, '..'), '')
    },
    'is no folder, or is in none',
  ],
  ['the data folder is a link to nothing', (dataDir) => symlink('nowhere', dataDir), 'is a link to nothing'],
  [
    'its database is a file',
    async (dataDir) => {
      await mkdir(dataDir)
      await writeFile(join(dataDir, 'database'), '')
    },
    'is no folder, or is in none',
  ],
  [
    'its database is something else',
    (dataDir) => mkdir(join(dataDir, 'database', 'photos'), { recursive: true }),
    'has no file PG_VERSION',
  ],
])(
  '%s: a check says so among all else, and a command in a sentence',
  async ([what, make, words], { command, folder }) => {
    const above = join(folder, what.replaceAll(' ', '-'))
    await mkdir(above)
    const dataDir = join(above, 'data')
    await make(dataDir)
    const { exitCode, stdout } = await command(dataDir, 'check', '--json')
    const { checks } = JSON.parse(stdout) as { checks: Finding[] }
    expect([exitCode, checks.filter(({ status }) => status === 'fault')]).toEqual([
      1,
      [{ name: 'database', status: 'fault', message: expect.stringContaining(words) }],
    ])
    expect(checks.map(({ name }) => name)).toContain('configuration')
    const people = await command(dataDir, 'people')
    expect([people.exitCode, people.stderr]).toEqual([1, expect.stringContaining(words)])
    expect(people.stderr).not.toMatch(/^E[A-Z]+:/)
  },
)

test('a lock that is none is told in a sentence', async ({ command, folder }) => {
  const dataDir = join(folder, 'locked')
  await mkdir(join(dataDir, 'lock'), { recursive: true })
  const { exitCode, stderr } = await command(dataDir, 'migrate')
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('its file lock is no lock')])
})

test('a backup is restored over a database without tables, and over no other', async ({
  command,
  folder,
}) => {
  const [full, empty] = [join(folder, 'full'), join(folder, 'empty')]
  await (await openDatabase({ dataDir: full })).close()
  await (await openDatabase({ dataDir: empty }, { migrates: false })).close()
  const file = join(folder, 'backup.tgz')
  expect((await command(full, 'backup', file)).exitCode).toBe(0)
  const refused = await command(full, 'restore', file)
  expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('move it away first')])
  const restored = await command(empty, 'restore', file)
  expect([restored.exitCode, restored.stderr]).toEqual([0, ''])
  expect((await command(empty, 'people')).stdout).toBe('Nobody has signed in yet.\n')
  expect(existsSync(join(empty, 'restored'))).toBe(false)
})
