import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hooksFileBeside } from '#lib/config/hooks-file.ts'
import { loadHooks } from '#lib/hooks/load-hooks.ts'

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-hooks-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function hooksIn(files: Record<string, string>) {
  const faults: string[] = []
  const hooksFile = hooksFileBeside(join(folderWith(files), 'baton.config.json'), faults)
  expect(faults).toEqual([])
  return loadHooks({ hooksFile })
}

test('without a file there are no hooks', async () => {
  expect(await hooksIn({})).toEqual({})
})

test.each([
  ['baton.hooks.ts', 'export const onEvent = (event: object): void => void event'],
  ['baton.hooks.ts', 'export default { onEvent(event: object): void { void event } }'],
  ['baton.hooks.js', 'export function onEvent() {}'],
])('%s is loaded: %s', async (name, text) => {
  expect(Object.keys(await hooksIn({ [name]: text }))).toEqual(['onEvent'])
})

test.each([
  ['export const onSignin = () => false', 'there is no hook onSignin'],
  ['export const claims = { roles: [] }', 'claims must be a function'],
  ['export default 7', 'its default export must be an object'],
  ['', 'it exports no hook'],
  ['export const onEvent = (', 'cannot be loaded'],
  ['throw new Error("no database")', 'cannot be loaded: no database'],
])('%j is a fault at start', async (text, fault) => {
  const error = await hooksIn({ 'baton.hooks.ts': text }).catch((error: unknown) => error)
  expect(error).toMatchObject({ name: 'ConfigurationError', faults: [expect.stringContaining(fault)] })
})

test('two files are a fault', () => {
  const folder = folderWith({ 'baton.hooks.ts': '', 'baton.hooks.js': '' })
  const faults: string[] = []
  hooksFileBeside(join(folder, 'baton.config.json'), faults)
  expect(faults).toEqual([expect.stringContaining('which of them')])
})

test.each(['baton.hook.ts', 'baton.hooks.mjs', 'baton-hooks.ts', 'baton.hooks.mts'])(
  '%s is a fault: whoever wrote it means it to be asked',
  (name) => {
    const faults: string[] = []
    hooksFileBeside(join(folderWith({ [name]: '' }), 'baton.config.json'), faults)
    expect(faults).toEqual([expect.stringContaining('call it baton.hooks.ts')])
  },
)
