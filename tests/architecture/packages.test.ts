import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { publishedPackages } from '../../scripts/packages-check/pack.ts'

// What can be said without a registry; the rest is `npm run packages:check`.
const packages = publishedPackages()
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')

test('there are packages to publish', () => {
  expect(packages).toEqual(expect.arrayContaining(['packages/client', 'packages/resource-server']))
})

test.each(packages)('%s says what a registry and older resolutions ask for', (folder) => {
  const manifest = JSON.parse(read(folder, 'package.json'))
  const home = 'https://github.com/baton-project/baton'
  expect(manifest).toMatchObject({
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    main: './dist/index.js',
    types: './dist/index.d.ts',
    files: ['dist/**/*.js', 'dist/**/*.d.ts'],
    homepage: `${home}/tree/main/${folder}#readme`,
    bugs: `${home}/issues`,
    repository: { type: 'git', url: `git+${home}.git`, directory: folder },
    publishConfig: { access: 'public' },
  })
  expect(manifest.keywords.length).toBeGreaterThan(3)
  // `node10` finds an entry point below the package by this alone.
  const below = Object.keys(manifest.exports).flatMap((entry) => /^\.\/([\w-]+)$/.exec(entry)?.[1] ?? [])
  expect(Object.keys(manifest.typesVersions?.['*'] ?? {})).toEqual(below)
  expect(read(folder, 'LICENSE')).toBe(read('LICENSE'))
})

test.each(packages)('the links in the README of %s hold outside of the repository', (folder) => {
  const links = [...read(folder, 'README.md').matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link)
  expect(links.filter((link) => !/^(https:\/\/|#)/.test(String(link)))).toEqual([])
})

test.each(packages)('the snippets in the README of %s are checked with what they name', (folder) => {
  expect(existsSync(join(folder, 'tests/readme/names.d.ts'))).toBe(true)
  const versions = Object.values(JSON.parse(read(folder, 'tests/readme/dependencies.json')))
  expect(versions.length).toBeGreaterThan(0)
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})
