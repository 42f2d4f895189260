import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { sources, textOf } from './imports.ts'

const limits = await readFile('docs/limits.md', 'utf8')
const section = limits.slice(limits.indexOf('## What grows'))

/** The first cells of the rows of a table, without back-ticks. */
function firstCells(heading: string): string[] {
  const from = section.indexOf(heading)
  expect(from).toBeGreaterThan(-1)
  const rows = section.slice(from).split('\n\n')[1] ?? ''
  const cells = [...rows.matchAll(/^\| `([^|]+)` \|([^|]+)\|([^|]+)\|/gm)]
  for (const [row, , bound = '', beyond = ''] of cells)
    expect([row, bound.trim(), beyond.trim()]).toEqual([
      row,
      expect.stringMatching(/\S/),
      expect.stringMatching(/\S/),
    ])
  return cells.map(([, name = '']) => name)
}

// What one call makes for itself goes with it.
const isCollection = /\bnew (Map|Set|WeakMap|WeakSet|LRUCache)\b.*\((\)|\{)|^ {2}(readonly )?#\w+.* = \[\]$/
const ofOneCall = [
  'backends/request-headers.ts',
  'backends/response-headers.ts',
  'config/auth-provider.ts',
  'config/json-fault.ts',
  'db/device-requests.ts',
  'db/oidc-records.ts',
  'devices/ask.ts',
  'oidc/connected-applications.ts',
  'db/own-sessions.ts',
  'db/static-files.ts',
  'endpoints/match.ts',
  'http/cookie.ts',
  'http/form.ts',
  'http/json.ts',
  'sessions/own-sessions.ts',
  'operations/check-providers.ts',
  'operations/explain-token.ts',
  'operations/own-process.ts',
  'operations/tell-of-endings.ts',
]

test('docs/limits.md names every map, set, cache and queue of a process, with its bound', () => {
  const found = sources
    .filter(
      (file) =>
        file.startsWith('lib/') &&
        textOf(file)
          .split('\n')
          .some((line) => isCollection.test(line)),
    )
    .map((file) => file.replace('lib/', ''))
  expect(found).toEqual(expect.arrayContaining(ofOneCall))
  const kept = found.filter((file) => !ofOneCall.includes(file))
  expect(firstCells('In memory').toSorted()).toEqual(kept.toSorted())
})

test('every cache has a greatest number of entries, or of bytes', () => {
  let caches = 0
  for (const file of sources.filter((path) => path.startsWith('lib/')))
    for (const [, options = ''] of textOf(file).matchAll(/new LRUCache\b[^(]*\(\{([^}]*)/g)) {
      caches++
      expect([file, options]).toEqual([file, expect.stringMatching(/\b(max|maxSize):/)])
    }
  expect(caches).toBeGreaterThanOrEqual(5)
})

test('docs/limits.md names every table of the database, with what removes its rows', async () => {
  const schema = await readFile('prisma/schema.prisma', 'utf8')
  const tables = [...schema.matchAll(/@@map\("(\w+)"\)/g)].map(([, name = '']) => name)
  expect(tables.length).toBeGreaterThan(10)
  expect(firstCells('In the database').toSorted()).toEqual(tables.toSorted())
})
