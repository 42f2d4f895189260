import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, expect, test } from 'vitest'

const home = new URL('..', import.meta.url).pathname

beforeAll(() => {
  const compiler = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace(/package\.json$/, 'bin/tsc')
  execFileSync(process.execPath, [compiler, '--build', home])
})

const built = () => readdirSync(`${home}dist`).filter((name) => name.endsWith('.js'))
const textOf = (name: string) => readFileSync(`${home}dist/${name}`, 'utf8')

test('the build imports React and its own files alone: a page without a client loads none', () => {
  expect(built()).toContain('index.js')
  const imported = built().flatMap((name) =>
    [...textOf(name).matchAll(/\b(?:from|import)\s*\(?['"]([^'"]+)['"]/g)].map(([, from]) => from),
  )
  const others = imported.filter((from) => !from?.startsWith('./'))
  expect([...new Set(others)].sort()).toEqual(['react', 'react/jsx-runtime'])
})

test('the build logs nothing, and its entry is one for browsers (React, “use client”)', () => {
  for (const name of built()) expect(textOf(name)).not.toMatch(/\bconsole\.|\bprocess\.\w/)
  expect(textOf('index.js')).toMatch(/^'use client'/)
})

test('a server without a page imports the build', async () => {
  const script = `import('${home}dist/index.js').then((all) => console.log(Object.keys(all).sort().join()))`
  const exported = execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' })
  expect(exported.trim()).toBe(
    'BatonProvider,HandOffButton,SignedIn,SignedOut,useBackend,useHandOff,useSession',
  )
})
