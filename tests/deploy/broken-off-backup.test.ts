import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { list } from 'tar'
import { expect } from 'vitest'
import { beginBaton } from '../support/run-baton.ts'
import { perFile } from '../support/test.ts'
import { commandTest } from '../support/test-commands.ts'

const test = commandTest('PGlite')
  .extend('folder', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-broken-off-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    return folder
  })
  /** Begins a backup to this file, and waits until part of it is written. */
  .extend('begun', perFile, ({ environment }) => async (file: string) => {
    const child = beginBaton(['backup', file], environment)
    const exited = once(child, 'exit')
    await until(child.stderr, ' % of ')
    return { child, exited }
  })
  /** Expects that nothing is left but these files, and that the next backup is whole. */
  .extend('expectUnharmed', perFile, ({ folder, command, stage }) => async (...left: string[]) => {
    await expect.poll(() => existsSync(join(stage.dataDir, 'backup-copy'))).toBe(false)
    expect(await readdir(folder)).toEqual(left)
    const file = join(folder, 'next.tgz')
    const { exitCode, stderr } = await command('backup', file)
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('100 %')])
    const names: string[] = []
    await list({ file, strict: true, onReadEntry: (entry) => names.push(entry.path) })
    expect(names).toContain('./PG_VERSION')
    await rm(file)
    for (const name of left) await rm(join(folder, name))
  })

test('a backup whose output nobody reads is made, and the next one too', async ({
  folder,
  environment,
  expectUnharmed,
  baton: _,
}) => {
  const child = beginBaton(['backup', join(folder, 'k.tgz')], environment)
  const exited = once(child, 'exit')
  child.stdout.destroy()
  child.stderr.destroy()
  expect(await exited).toEqual([0, null])
  await expectUnharmed('k.tgz')
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`a backup that ${signal} breaks off leaves nothing`, async ({ folder, begun, expectUnharmed }) => {
    const { child, exited } = await begun(join(folder, 'k.tgz'))
    child.kill(signal)
    expect(await exited).toEqual([null, signal])
    await expectUnharmed()
  })

test('a backup that was killed leaves no copy of the database', async ({ folder, begun, expectUnharmed }) => {
  const { child, exited } = await begun(join(folder, 'k.tgz'))
  child.kill('SIGKILL')
  await exited
  // This is all that a killed command leaves, and it is in nobody's way.
  await expectUnharmed(...(await readdir(folder)))
})

test('what is left of an earlier backup under the same name does not hinder', async ({ folder, command }) => {
  await writeFile(join(folder, 'k.tgz.partial'), '')
  expect((await command('backup', join(folder, 'k.tgz'))).exitCode).toBe(0)
  expect((await readdir(folder)).toSorted()).toEqual(['k.tgz', 'k.tgz.partial'])
})

test('a stop of Baton ends a backup that reads its copy, and a start removes an old copy', async ({
  baton,
  folder,
  begun,
  stage,
  startAnother,
}) => {
  const { child, exited } = await begun(join(folder, 'stopped.tgz'))
  const stopped = baton.stop()
  const said = until(child.stderr, 'Baton stopped before')
  expect(await exited).toEqual([1, null])
  await Promise.all([said, stopped])
  expect((await readdir(folder)).filter((name) => name.startsWith('stopped'))).toEqual([])
  const copy = join(stage.dataDir, 'backup-copy')
  expect(existsSync(copy)).toBe(false)
  await mkdir(join(copy, 'database'), { recursive: true })
  await startAnother({ port: stage.publicPort })
  expect(existsSync(copy)).toBe(false)
})

async function until(stream: Readable, words: string): Promise<void> {
  let text = ''
  for await (const piece of stream.iterator({ destroyOnReturn: false })) {
    text += piece
    if (text.includes(words)) return
  }
  throw new Error(`"${words}" did not come, but: ${text}`)
}
