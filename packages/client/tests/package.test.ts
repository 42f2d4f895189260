import { execFile, execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './support/stage.ts'

const home = new URL('..', import.meta.url).pathname
const dist = `${home}dist/`
let stage: Stage

beforeAll(async () => {
  const compiler = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace(/package\.json$/, 'bin/tsc')
  execFileSync(process.execPath, [compiler, '--build', home])
  stage = await startStage()
})
afterAll(() => stage?.close())

const built = () => readdirSync(dist).filter((name) => name.endsWith('.js'))
const textOf = (name: string) => readFileSync(dist + name, 'utf8')

test('the package has no dependencies', () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(`${home}package.json`, 'utf8'))
  expect({ dependencies, peerDependencies }).toEqual({})
})

test('the build imports only its own files and nothing of Node', () => {
  expect(built()).toContain('index.js')
  for (const name of built()) {
    const imported = [...textOf(name).matchAll(/\b(?:from|import)\s*\(?['"]([^'"]+)['"]/g)].map(
      ([, from]) => from,
    )
    for (const from of imported) expect(from).toMatch(/^\.\/[\w-]+\.js$/)
    expect(textOf(name)).not.toMatch(/\bnode:|\bprocess\.\w|\bBuffer\.|\brequire\(|\bconsole\./)
  }
})

test('every built file has types', () => {
  const types = readdirSync(dist).filter((name) => name.endsWith('.d.ts'))
  expect(types.map((name) => name.replace('.d.ts', '.js')).sort()).toEqual(built().sort())
})

test('the build signs in and hands over with web globals alone', async () => {
  const script = new URL('./support/web-globals-only.mjs', import.meta.url).pathname
  const idToken = await stage.provider.idToken()
  const { promise, resolve } = Promise.withResolvers<string>()
  const child = execFile(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      script,
      dist,
      stage.baton.url,
      idToken,
    ],
    (error, stdout) => resolve(error ? String(error) : stdout),
  )
  expect(JSON.parse(await promise)).toEqual({
    url: expect.stringContaining('/handoff?nonce='),
    globals: ['undefined', 'undefined'],
  })
  expect(child.exitCode).toBe(0)
})
