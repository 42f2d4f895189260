import { expect, test } from 'vitest'
import { type Import, importsOf, sources, textOf } from './imports.ts'

/** The house, from the top down: a place imports only what stands below it, types included. */
const house = [
  ['server.ts', 'instrumentation.ts', 'cli', 'app', 'views'],
  ['components'],
  ['lib/boot.ts'],
  ['lib/endpoints'],
  ['lib/preview'],
  ['auth.ts'],
  ['lib/runtime.ts'],
  ['lib/pages'],
  ['lib/workers'],
  ['lib/metrics'],
  ['lib/operations'],
  ['lib/backends'],
  ['lib/oidc'],
  ['lib/callers'],
  ['lib/devices'],
  ['lib/dpop'],
  ['lib/handoff'],
  ['lib/audit'],
  ['lib/limits'],
  ['lib/sessions'],
  ['lib/tokens'],
  ['lib/id-tokens'],
  ['lib/providers'],
  ['lib/token-service'],
  ['lib/hooks'],
  ['lib/accounts'],
  ['lib/http'],
  ['lib/brand'],
  ['lib/config'],
  ['lib/db'],
  ['lib/telemetry'],
  ['lib/crypto'],
  ['lib/oauth'],
  ['lib/later'],
  ['lib/languages'],
]
const floors = house.map((places) => isIn(...places))

const imports = sources.flatMap(importsOf)
const product = isIn('lib', 'middleware.ts', ...house.flat())

function isIn(...places: string[]) {
  return (file: string) => places.some((place) => file === place || file.startsWith(`${place}/`))
}

const floorOf = (file: string) => floors.findIndex((isThere) => isThere(file))
const shown = (found: Import[]) => found.map(({ from, to }) => `${from} -> ${to}`)

test('the files and imports that the rules speak of are really found', () => {
  expect(sources.length).toBeGreaterThan(80)
  expect(shown(imports)).toContain('lib/endpoints/handoff.ts -> lib/handoff/redeem-nonce.ts')
  expect(shown(imports)).toContain('server.ts -> lib/boot.ts')
  expect(shown(imports)).toContain('lib/endpoints/auth.ts -> auth.ts')
  expect(shown(imports.filter(({ typeOnly }) => typeOnly))).toContain(
    'lib/endpoints/show-view.ts -> lib/endpoints/endpoint.ts',
  )
})

test('every file of the product has its floor in the house', () => {
  expect(sources.filter((file) => product(file) && file !== 'middleware.ts' && floorOf(file) < 0)).toEqual([])
})

test('no import, type imports included, goes up the house', () => {
  const wrong = imports.filter(
    ({ from, to }) => floorOf(from) >= 0 && floorOf(to) >= 0 && floorOf(to) < floorOf(from),
  )
  expect(shown(wrong)).toEqual([])
})

test('no file reaches itself through what it imports, types included', () => {
  const next = Map.groupBy(imports, ({ from }) => from)
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

test('components know neither the runtime nor a session: of lib they import what says things', () => {
  const isAbove = (file: string) => isIn('lib')(file) && file !== 'lib/languages/say.ts'
  const wrong = imports.filter(({ from, to }) => isIn('components')(from) && isAbove(to))
  expect(shown(wrong)).toEqual([])
})

test('nothing below app knows Next, React or Auth.js for Next', () => {
  const edge = isIn('next', 'next-auth', 'react', 'react-dom')
  const wrong = imports.filter(({ from, to }) => isIn('lib')(from) && edge(to))
  expect(shown(wrong)).toEqual([])
})

test('lib/db alone touches Prisma and the drivers', () => {
  const prisma = isIn('lib/db/generated', '@prisma', 'pglite-prisma-adapter', '@electric-sql', 'pg')
  const wrong = imports.filter(({ from, to }) => prisma(to) && !isIn('lib/db', 'scripts', 'bench')(from))
  expect(shown(wrong)).toEqual([])
})

test('lib/oidc, the demo and the bench alone know oidc-provider', () => {
  const wrong = imports.filter(
    ({ from, to }) => to === 'oidc-provider' && !isIn('lib/oidc', 'demo', 'bench')(from),
  )
  expect(shown(wrong)).toEqual([])
})

test('lib/later, lib/oauth, lib/crypto and lib/telemetry import nothing else of this repository', () => {
  const files = new Set(sources)
  const alone = ['lib/later', 'lib/oauth', 'lib/crypto', 'lib/telemetry']
  const wrong = imports.filter(({ from, to }) =>
    alone.some((floor) => isIn(floor)(from) && files.has(to) && !isIn(floor)(to)),
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

// The events that Baton logs are in one catalogue, with their levels and their words.
const logs = /\blog(?:ger)?\??\.(?:trace|debug|info|warn|error|fatal)\(/

test('lib/telemetry alone writes to the log', () => {
  expect(logs.test("runtime.log.info({ sids }, 'ended')")).toBe(true)
  const wrong = sources.filter(
    (file) => product(file) && !isIn('lib/telemetry')(file) && logs.test(textOf(file)),
  )
  expect(wrong).toEqual([])
})

// Next puts constants in the place of this one.
const asksEnvironment = (file: string) =>
  textOf(file).replaceAll('process.env.NEXT_RUNTIME', '').includes('process.env')

test('lib/config alone reads the environment', () => {
  const wrong = sources.filter((file) => product(file) && !isIn('lib/config')(file) && asksEnvironment(file))
  expect(wrong).toEqual([])
})

// Their ids change with each build: a page of one build would not work at another.
test('no file has a Server Action', () => {
  expect(sources.filter((file) => /['"`]use server['"`]/.test(textOf(file)))).toEqual([])
})

test('route files are thin', () => {
  const long = sources.filter(
    (file) => isIn('app')(file) && file.endsWith('/route.ts') && textOf(file).split('\n').length > 26,
  )
  expect(long).toEqual([])
})
