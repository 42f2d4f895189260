import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

// `npm run check:unused` finds unused exports. An export that only tests use is marked `@internal`.
// That search accepts a type that a used function of the same file mentions. This test does not accept it, so
// that `export` means "needed in another file".

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => existsSync(file) && !file.endsWith('.d.ts'))
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))

// Other programs import these: the packages' own entries.
const published = /^packages\/[^/]+\/src\/(index|express|fastify|hono|next)\.ts$/

const imported = new Set([...texts].flatMap(([file, text]) => importedBy(file, text)))

test('the search finds exported types and their imports', () => {
  expect([...texts].flatMap(([file, text]) => exportedTypes(file, text))).toContain('demo/page.ts#Look')
  expect(imported).toContain('demo/page.ts#Look')
})

test('every exported type is imported by another file', () => {
  const unused = [...texts]
    .filter(([file]) => !published.test(file))
    .flatMap(([file, text]) => exportedTypes(file, text))
    .filter((name) => !imported.has(name))
  expect(unused).toEqual([])
})

function exportedTypes(file: string, text: string): string[] {
  const declarations = text.matchAll(/^export (?:type|interface) (\w+)/gm)
  return [...declarations].map(([, name]) => `${file}#${name}`)
}

function importedBy(file: string, text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\s[^'"{]*\{([^}]*)\}\s*from\s*'([^']+)'/gm)
  return [...statements].flatMap(([, names = '', from = '']) =>
    names.split(',').map((name) => `${resolved(file, from)}#${originalName(name)}`),
  )
}

function originalName(imported: string): string | undefined {
  return imported
    .trim()
    .replace(/^type\s+/, '')
    .split(/\s+as\s+/)[0]
}

function resolved(file: string, from: string): string {
  if (from === '#auth') return 'auth.ts'
  if (from.startsWith('#')) return from.slice(1)
  return from.startsWith('.') ? normalize(join(dirname(file), from)) : from
}
