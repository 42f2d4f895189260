import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkSnippets, setups } from '../../scripts/packages-check/consumer.ts'
import { faultsOf, publishedPackages } from '../../scripts/packages-check/pack.ts'
import { anchorsOf, linksOf } from './markdown.ts'

// What can be said without a registry; the rest is `npm run packages:check`.
const packages = publishedPackages()
const home = 'https://github.com/baton-project/baton'
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')

test('there are packages to publish', () => {
  expect(packages).toEqual(expect.arrayContaining(['packages/client', 'packages/resource-server']))
})

test.each(packages)('%s says what a registry and older resolutions ask for', (folder) => {
  const manifest = JSON.parse(read(folder, 'package.json'))
  expect(manifest).toMatchObject({
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    main: './dist/index.js',
    types: './dist/index.d.ts',
    files: ['dist/**/*.js', 'dist/**/*.d.ts', 'CHANGELOG.md'],
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
  const text = read(folder, 'README.md')
  const links = linksOf(text)
  expect(links).not.toEqual([])
  expect(links.filter((link) => !leads(link, text))).toEqual([])
})

test.each([
  ['inline', '[a](./docs)'],
  ['of a definition', '[a]: ../client/README.md'],
  ['of an image', '![a](a.png)'],
  ['in HTML', '<a title="b" href="./docs">a</a> <img src=\'b.png\'>'],
  ['to a heading that is not there', '## B\n[a](#a)'],
  ['to a package that is not there', `[a]: ${home}/tree/main/packages/none`],
  ['to a heading of another README that is not there', `[a]: ${home}/tree/main/packages/client#none`],
  ['to a document that is not there', `[a]: ${home}/blob/main/docs/none.md`],
  ['without https', '[a](http://a.example)'],
  ['whose definition is not there', '[words][none]'],
])('a link %s is found', (_, text) => {
  expect(linksOf(text).filter((link) => leads(link, text))).toEqual([])
  expect(linksOf(text)).not.toEqual([])
})

test('what is in code is no link', () => {
  expect(linksOf('`[a](b)` [c][d]\n\n```\n[a](b)\n```\n\n[d]: #d')).toEqual(['#d'])
})

/** Whether a link leads somewhere from a registry's page of a README too. */
function leads(link: string, text: string): boolean {
  if (link.startsWith('#')) return anchorsOf(text).includes(link.slice(1))
  if (!link.startsWith('https://')) return false
  const own = new RegExp(`^${home}/(?:tree|blob)/main/([^#]*)(?:#(.*))?$`).exec(link)
  if (!own) return true
  const [, path = '', anchor] = own
  if (!existsSync(path)) return false
  if (anchor === undefined) return true
  return anchorsOf(read(path.endsWith('.md') ? path : join(path, 'README.md'))).includes(anchor)
}

test.each(setups)('a README without anything to check is a fault (%s, %s)', async (...setup) => {
  const folder = join(tmpdir(), 'not-there')
  const nothing = { folder, tarball: '', files: [], readme: '# A package\n' }
  await expect(checkSnippets({ ...nothing, name: '@baton/a' }, setup, folder)).rejects.toThrow(/no snippet/)
})

test('a changelog is published with its package, as soon as there is one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-package-'))
  try {
    mkdirSync(join(folder, 'src'))
    const files = ['LICENSE', 'README.md', 'package.json']
    expect(faultsOf({ folder, files })).toEqual([])
    writeFileSync(join(folder, 'CHANGELOG.md'), '# Changes\n')
    expect(faultsOf({ folder, files })).toEqual([`${folder}: CHANGELOG.md is missing`])
    expect(faultsOf({ folder, files: [...files, 'CHANGELOG.md'] })).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each(packages)('the snippets in the README of %s are checked with what they name', (folder) => {
  expect(existsSync(join(folder, 'tests/readme/names.d.ts'))).toBe(true)
  const versions = Object.values(JSON.parse(read(folder, 'tests/readme/dependencies.json')))
  expect(versions.length).toBeGreaterThan(0)
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})
