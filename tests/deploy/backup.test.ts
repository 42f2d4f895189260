import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { runBaton } from '../support/run-baton.ts'
import { perFile } from '../support/test.ts'
import { commandTest } from '../support/test-commands.ts'

/** A folder for backups. */
const withFolder = (database: 'PGlite' | 'PostgreSQL') =>
  commandTest(database).extend('folder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-backup-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    return folder
  })

const test = withFolder('PGlite')

test('a backup that is made while people sign in starts again as it was', async ({
  baton,
  command,
  folder,
  signedIn,
  newcomer,
  stage,
  startAnother,
}) => {
  const person = await signedIn()
  const file = join(folder, 'baton.tar.gz')
  // Calls go on: what the copy has of them is all or nothing.
  const [made, ...others] = await Promise.all([
    command('backup', file),
    ...[1, 2, 3].map(() => signedIn('bob')),
  ])
  expect([made.exitCode, made.stdout]).toEqual([0, expect.stringContaining(`The backup is in ${file}`)])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(existsSync(join(stage.dataDir, 'backup-copy'))).toBe(false)
  for (const other of others) expect(await other.session()).not.toBeNull()

  // A file that is there stays, and so does the database of a Baton that runs.
  const again = await command('backup', file)
  expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('--force')])
  expect((await command('backup', file, '--force', '--json')).exitCode).toBe(0)
  const running = await command('restore', file)
  expect([running.exitCode, running.stderr]).toEqual([1, expect.stringContaining('in use by another Baton')])

  const { nonce } = await person.askForNonce()
  await baton.stop()
  const full = await command('restore', file)
  expect([full.exitCode, full.stderr]).toEqual([1, expect.stringContaining('move it away first')])
  await rename(join(stage.dataDir, 'database'), join(stage.dataDir, 'database.old'))
  const restored = await command('restore', file)
  expect([restored.exitCode, restored.stderr]).toEqual([0, ''])
  expect(restored.stdout).toContain('and opens')

  await startAnother({ port: stage.publicPort })
  expect(await person.session()).not.toBeNull()
  // It was asked for after the backup.
  expect((await newcomer().redeem(nonce)).status).toBe(410)
})

test('what is no backup, or a part of one, is refused and leaves nothing', async ({
  environment,
  folder,
}) => {
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  const file = join(folder, 'notes.txt')
  await writeFile(file, 'no archive')
  const bad = await runBaton(['restore', file], { ...environment, BATON_DATA_DIR: dataDir })
  expect([bad.exitCode, bad.stderr]).toEqual([1, expect.stringContaining('is no backup')])
  expect(existsSync(join(dataDir, 'database'))).toBe(false)
  const missing = await runBaton(['backup', join(folder, 'x')], { ...environment, BATON_DATA_DIR: dataDir })
  expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining('There is no database')])
})

const onPostgres = withFolder('PostgreSQL')

onPostgres('on PostgreSQL both refer to its own tools', async ({ command, folder }) => {
  for (const name of ['backup', 'restore']) {
    const { exitCode, stderr } = await command(name, join(folder, 'x'))
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('docs/operations/backup.md')])
  }
})
