import { expect, test } from 'vitest'
import { type Import, importsOf, sources, textOf } from './imports.ts'

const imports = sources.flatMap(importsOf)

const isIn =
  (...places: string[]) =>
  (file: string) =>
    places.some((place) => file === place || file.startsWith(`${place}/`))
const shown = (found: Import[]) => found.map(({ from, to }) => `${from} -> ${to}`)
const product = isIn(
  'lib',
  'app',
  'components',
  'auth.ts',
  'middleware.ts',
  'instrumentation.ts',
  'server.ts',
)
const domains = isIn(
  'lib/accounts',
  'lib/backends',
  'lib/handoff',
  'lib/id-tokens',
  'lib/oidc',
  'lib/providers',
  'lib/sessions',
  'lib/tokens',
)

test('the files and imports that the rules speak of are really found', () => {
  expect(sources.length).toBeGreaterThan(80)
  expect(shown(imports)).toContain('lib/http/handoff-lane.ts -> lib/handoff/redeem-nonce.ts')
  expect(shown(imports)).toContain('server.ts -> lib/boot.ts')
  expect(shown(imports)).toContain('app/page.tsx -> auth.ts')
})

test('lib/oauth and lib/crypto import nothing of this repository', () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      isIn('lib/oauth', 'lib/crypto')(from) &&
      isIn('lib', 'app', 'auth.ts')(to) &&
      !isIn('lib/oauth', 'lib/crypto')(to),
  )
  expect(shown(wrong)).toEqual([])
})

test('a domain knows neither Next, nor React, nor Auth.js, nor the HTTP edge', () => {
  const edge = isIn(
    'next',
    'next-auth',
    'react',
    'react-dom',
    'auth.ts',
    'app',
    'components',
    'lib/http',
    'lib/boot.ts',
    'server.ts',
  )
  const wrong = imports.filter(
    ({ from, to }) => (domains(from) || isIn('lib/db', 'lib/config')(from)) && edge(to),
  )
  expect(shown(wrong)).toEqual([])
})

test('lib/db and lib/config import no domain', () => {
  const wrong = imports.filter(({ from, to }) => isIn('lib/db', 'lib/config')(from) && domains(to))
  expect(shown(wrong)).toEqual([])
})

test('lib/http imports no page, no route and not auth.ts', () => {
  const wrong = imports.filter(
    ({ from, to }) => isIn('lib/http')(from) && isIn('app', 'components', 'auth.ts', 'server.ts', 'next')(to),
  )
  expect(shown(wrong)).toEqual([])
})

test('nobody but lib/db touches Prisma', () => {
  const prisma = isIn('lib/db/generated', '@prisma', 'pglite-prisma-adapter', '@electric-sql', 'pg')
  const wrong = imports.filter(({ from, to }) => prisma(to) && !isIn('lib/db', 'scripts', 'bench')(from))
  expect(shown(wrong)).toEqual([])
})

test('nobody but lib/oidc, the demo and the bench knows oidc-provider', () => {
  const wrong = imports.filter(
    ({ from, to }) => to === 'oidc-provider' && !isIn('lib/oidc', 'demo', 'bench')(from),
  )
  expect(shown(wrong)).toEqual([])
})

test('the product imports neither tests, nor the demo, nor scripts', () => {
  const wrong = imports.filter(
    ({ from, to }) => product(from) && isIn('tests', 'demo', 'scripts', 'bench')(to),
  )
  expect(shown(wrong)).toEqual([])
})

test('middleware.ts, which runs apart from the rest, imports Next alone', () => {
  expect(importsOf('middleware.ts').map(({ to }) => to)).toEqual(['next/server'])
})

test('no file reaches itself through what it imports', () => {
  const next = Map.groupBy(
    imports.filter(({ typeOnly }) => !typeOnly),
    ({ from }) => from,
  )
  const circles = sources.filter((start) => {
    const seen = new Set<string>()
    const queue = [start]
    for (let file = queue.pop(); file !== undefined; file = queue.pop())
      for (const { to } of next.get(file) ?? []) {
        if (to === start) return true
        if (!seen.has(to)) queue.push(to)
        seen.add(to)
      }
    return false
  })
  expect(circles).toEqual([])
})

// Next puts constants in the place of this one.
const asksEnvironment = (file: string) =>
  textOf(file).replaceAll('process.env.NEXT_RUNTIME', '').includes('process.env')

test('the environment is read in lib/config alone', () => {
  const wrong = sources.filter((file) => product(file) && !isIn('lib/config')(file) && asksEnvironment(file))
  expect(wrong).toEqual([])
})

test("no file under lib is a server action's", () => {
  expect(sources.filter((file) => isIn('lib')(file) && /['"]use server['"]/.test(textOf(file)))).toEqual([])
})

test('route files are thin', () => {
  const long = sources.filter(
    (file) => isIn('app')(file) && file.endsWith('/route.ts') && textOf(file).split('\n').length > 26,
  )
  expect(long).toEqual([])
})
