import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { configOf } from '../support/config.ts'
import * as markdown from './markdown.ts'
import { fence } from './markdown.ts'

const documents = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file))

const read = (file: string) => readFileSync(file, 'utf8')
const proseOf = (file: string) => markdown.proseOf(read(file))

const anchorsOf = (file: string) => markdown.anchorsOf(read(file))

test('the documents that the rules speak of are really found', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/architecture.md']))
  expect(anchorsOf('README.md')).toContain('in-production')
})

test('every link within the repository leads to a file, and to a heading where it names one', () => {
  const broken = documents.flatMap((file) =>
    [...proseOf(file).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
      .filter(([, path = '', anchor]) => {
        const target = path === '' ? file : join(dirname(file), path)
        return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
      })
      .map(([link]) => `${file}: ${link}`),
  )
  expect(broken).toEqual([])
})

test('every path in back-ticks leads to a file or folder of the repository', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(file))
  const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]))
  const all = `\n${files.join('\n')}\n`
  const code = documents.flatMap((file) =>
    [...proseOf(file).matchAll(/`([^`\s]+)`/g)].map(([, text = '']) => ({ file, text })),
  )
  // Neither a pattern, nor a placeholder, nor a folder that something makes. Documents leave out `lib/` at
  // times: a path may begin at any folder.
  const paths = code.filter(
    ({ text }) =>
      /^\.?\w[^*{}<>"…:]*\/[^*{}<>"…:]*$/.test(text) &&
      !/\/(?:NAME|\.\w)/.test(text) &&
      (folders.has(text.split('/')[0]) || /\.(?:tsx?|m?js|json|md|sh)$/.test(text)),
  )
  const isThere = (path: string) =>
    [`\n${path}`, `/${path}`].some((end) => all.includes(`${end}\n`) || all.includes(`${end}/`))
  expect(paths.map(({ text }) => text)).toEqual(
    expect.arrayContaining(['lib/endpoints/all.ts', 'app/api/[...path]/route.ts', 'backends/gate.ts']),
  )
  const broken = paths.filter(({ text }) => !isThere(text.replace(/(\/|#.*)$/, '')))
  expect(broken.map(({ file, text }) => `${file}: ${text}`)).toEqual([])
})

test('every JSON block of the documents parses', () => {
  const bad = documents.flatMap((file) =>
    [...read(file).matchAll(fence)]
      .filter(([, language, text = '']) => {
        if (language !== 'json') return false
        try {
          JSON.parse(text)
          return false
        } catch {
          return true
        }
      })
      .map(([block]) => `${file}: ${block}`),
  )
  expect(bad).toEqual([])
})

test('Baton starts with the JSON of each how-to in README.md, added to that of those before it', async () => {
  const blocks = [...read('README.md').matchAll(fence)].filter(([, language]) => language === 'json')
  expect(blocks).toHaveLength(4)
  const env = { LOGIN_SECRET: 'a secret of the provider', WEB_APP_SECRET: 'f'.repeat(64) }
  const file: Record<string, unknown> = {}
  for (const [, , text = ''] of blocks) {
    for (const [section, value] of Object.entries(JSON.parse(text)))
      file[section] = Array.isArray(value) ? [...((file[section] as unknown[]) ?? []), ...value] : value
    await expect(configOf({ file, env })).resolves.toBeDefined()
  }
  const { providers, clients } = await configOf({ file, env })
  expect(providers.map(({ id }) => id)).toEqual(['login'])
  expect(clients.map(({ client_id }) => client_id)).toEqual(['phone', 'web-app'])
})

test('every test that the threat model names is there', () => {
  const tests = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.test.ts'], {
    encoding: 'utf8',
  })
  const titles = tests
    .split('\n')
    .filter((file) => file !== '' && existsSync(file))
    .map(read)
    .join('\n')
  const model = read('docs/threat-model.md').replaceAll(/\s+/g, ' ')
  const named = [...model.matchAll(/\*“([^”]+)”\*/g)].map(([, title = '']) => title)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((title) => !titles.includes(title))).toEqual([])
})
