import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { appendFile, copyFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import nodeBinaries from '../../../scripts/node-binaries.json' with { type: 'json' }

const platform = `${process.platform}-${process.arch}`
const listed: Record<string, { sha256: string } | undefined> = nodeBinaries.binaries
const { version } = nodeBinaries

let folder: string
let binary: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-installation-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'scripts'))
  await mkdir(join(folder, 'node_modules/node/bin'), { recursive: true })
  await copyFile('scripts/check-node.mjs', join(folder, 'scripts/check-node.mjs'))
  binary = join(folder, 'node_modules/node/bin/node')
})

/** Writes the list and what is installed; without `content` that is the Node.js of this repository. */
async function install({ list = nodeBinaries as unknown, installed = version, content = '' } = {}) {
  await writeFile(join(folder, 'scripts/node-binaries.json'), JSON.stringify(list))
  await writeFile(join(folder, 'node_modules/node/package.json'), JSON.stringify({ version: installed }))
  if (content) await writeFile(binary, content)
  else await copyFile('node_modules/node/bin/node', binary, constants.COPYFILE_FICLONE)
}

const listOf = (content: string, change = {}) => {
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { version, binaries: { [platform]: { sha256 } }, ...change }
}

function check(by = process.execPath, npmsOwn?: string) {
  const { status, stderr } = spawnSync(by, ['scripts/check-node.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, npm_node_execpath: npmsOwn },
  })
  return { status, stderr, isThere: existsSync(binary) }
}

test('the Node.js that this repository installs passes', async () => {
  await install()
  expect(check()).toEqual({ status: 0, stderr: '', isThere: true })
})

test('a Node.js with one flipped bit is removed, with what to do', async () => {
  await install()
  const file = await open(binary, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, 1_000_000)
  await file.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, 1_000_000)
  await file.close()
  const outcome = check()
  expect(outcome).toMatchObject({ status: 1, isThere: false })
  expect(outcome.stderr).toMatch(
    /^The Node\.js \S+ that npm fetched is not the one in .* run npm ci again\.\n$/,
  )
})

test.each([
  ['another version is installed', listOf('x'), '24.0.0'],
  ['the list is of another version', listOf('x', { version: '24.0.0' }), version],
])('where %s, the right digest helps nothing', async (_, list, installed) => {
  await install({ list, installed, content: 'x' })
  const outcome = check()
  expect(outcome).toMatchObject({ status: 1, isThere: false })
  expect(outcome.stderr).toMatch(/^scripts\/node-binaries\.json lists .* npm run lock:node.*\n$/)
})

test('a platform that the list does not have is told, and may be used', async () => {
  await install({ list: listOf('x', { binaries: {} }), content: 'y' })
  const outcome = check()
  expect(outcome).toMatchObject({ status: 0, isThere: true })
  expect(outcome.stderr).toMatch(/does not list .* npm run lock:node adds it\.\n$/)
})

test('where there is no Node.js, it says so', async () => {
  await install({ content: 'x' })
  await rm(binary)
  expect(check()).toMatchObject({ status: 1, stderr: expect.stringMatching(/^There is no Node\.js at/) })
})

test("a binary that runs the check is judged by npm's own Node.js", async () => {
  await install()
  await appendFile(binary, 'x')
  const npmsOwn = join(folder, 'npms-own')
  const asked = join(folder, 'asked')
  await writeFile(npmsOwn, `#!/bin/sh\n: > '${asked}'\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 })
  expect(check(binary, npmsOwn)).toMatchObject({ status: 1, isThere: false })
  expect(existsSync(asked)).toBe(true)
})

test('the list is of the version in package.json and has the shipped platforms', async () => {
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'))
  expect(version).toBe(dependencies.node)
  expect(Object.keys(listed)).toEqual(expect.arrayContaining(['linux-arm64', 'linux-x64']))
  for (const entry of Object.values(listed)) expect(entry?.sha256).toMatch(/^[0-9a-f]{64}$/)
})
