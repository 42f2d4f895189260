import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Packed } from './pack.ts'
import { run } from './run.ts'
import { snippetsOf } from './snippets.ts'

/** The compilers that people have: the oldest that is supported, the last one with `node10`, the newest. */
const compilers = { oldest: '5.0.4', lastWithNode10: '5.9.3', newest: '7.0.2' } as const

type Compiler = keyof typeof compilers

type Setup = readonly [compiler: Compiler, moduleResolution: string, module: string]

/** How a program may find a package. */
export const setups: readonly Setup[] = [
  ['oldest', 'nodenext', 'nodenext'],
  ['oldest', 'bundler', 'esnext'],
  ['oldest', 'node10', 'esnext'],
  ['lastWithNode10', 'node10', 'esnext'],
  ['newest', 'nodenext', 'nodenext'],
  ['newest', 'bundler', 'esnext'],
]

/** The same for a program that is CommonJS. Before TypeScript 5.8, `nodenext` lets none `require` ESM. */
export const commonJsSetups: readonly Setup[] = [
  ['lastWithNode10', 'node10', 'commonjs'],
  ['lastWithNode10', 'nodenext', 'nodenext'],
  ['newest', 'nodenext', 'nodenext'],
]

/** A package whose README is about React Native alone. */
const forReactNative = '@baton/react-native'

/**
 * Makes a program outside of the repository that has installed the packed packages and what their READMEs
 * name. All published packages are there, as they may need each other.
 */
export async function install(packages: readonly Packed[], folder: string): Promise<void> {
  const dependencies: Record<string, string> = {}
  for (const { name, tarball } of packages) dependencies[name] = `file:${tarball}`
  for (const each of packages) Object.assign(dependencies, named(each))
  // Under its own name as well, or Next.js would install it.
  dependencies.typescript = compilers.newest
  for (const [name, version] of Object.entries(compilers))
    dependencies[`typescript-${name}`] = `npm:typescript@${version}`
  write(folder, 'package.json', JSON.stringify({ private: true, type: 'module', dependencies }, null, 2))
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--legacy-peer-deps']
  await run('npm', ['install', ...quiet], { cwd: folder })
}

/**
 * Type-checks the snippets of a README in one set-up, and gives their number. Throws with what the compiler
 * says, and where there is none to check.
 */
export async function checkSnippets(
  { name, folder: home, readme }: Packed,
  [compiler, moduleResolution, module]: Setup,
  folder: string,
): Promise<number> {
  const place = join(folder, `${name.replace('/', '-').slice(1)}-${compiler}-${moduleResolution}`)
  // React Native's types are not found by `node10`, and its components are none for the oldest compiler.
  const hasReactNative = compiler !== 'oldest' && moduleResolution !== 'node10'
  const snippets = snippetsOf(readme).filter(
    ({ text }) => hasReactNative || !text.includes("from 'react-native'"),
  )
  if (snippets.length === 0) {
    if (name === forReactNative && !hasReactNative) return 0
    throw new Error(`${name}: no snippet of the README can be checked`)
  }
  for (const { file, text } of snippets) write(place, file, text)
  write(place, 'names.d.ts', readFileSync(join(home, 'tests/readme/names.d.ts'), 'utf8'))
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    module,
    moduleResolution,
    jsx: 'react-jsx',
    strict: true,
    noEmit: true,
    esModuleInterop: true,
    // As Next.js has it; `nodenext` wants the extension.
    paths: { '@/resource-server': ['./resource-server.ts'] },
    // Other libraries may be newer than the compiler.
    skipLibCheck: true,
    types: Object.keys(named({ folder: home })).includes('@types/node') ? ['node'] : [],
  }
  write(
    place,
    'tsconfig.json',
    JSON.stringify({ compilerOptions, include: ['**/*.ts', '**/*.tsx'] }, null, 2),
  )
  await compile(compiler, place)
  return snippets.length
}

/**
 * Compiles a program to CommonJS in one set-up, and runs it: every entry point of the package is found, by
 * the compiler and by Node.js.
 */
export async function checkCommonJs(
  { name, folder: home }: Packed,
  [compiler, moduleResolution, module]: Setup,
  folder: string,
): Promise<void> {
  const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    exports: Record<string, string | object>
  }
  const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'))
  const place = join(folder, `${name.replace('/', '-').slice(1)}-commonjs-${compiler}-${moduleResolution}`)
  const lines = entries.map((entry, index) => `import * as m${index} from '${join(name, entry)}'`)
  const counts = entries.map((_, index) => `Object.keys(m${index}).length`)
  write(place, 'package.json', '{ "type": "commonjs" }')
  write(place, 'main.ts', `${lines.join('\n')}\nconsole.log(JSON.stringify([${counts.join(', ')}]))\n`)
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    module,
    moduleResolution,
    strict: true,
    esModuleInterop: true,
    skipLibCheck: true,
    types: ['node'],
  }
  write(place, 'tsconfig.json', JSON.stringify({ compilerOptions, include: ['main.ts'] }, null, 2))
  await compile(compiler, place)
  const found = JSON.parse(await run(process.execPath, ['main.js'], { cwd: place })) as number[]
  const empty = entries.filter((_, index) => !found[index])
  if (empty.length > 0) throw new Error(`${name}: nothing is exported by ${empty.join(', ')}`)
}

/** Writes a file below a folder, with the folders on the way. */
export function write(folder: string, file: string, text: string): void {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function named({ folder }: Pick<Packed, 'folder'>): Record<string, string> {
  return JSON.parse(readFileSync(join(folder, 'tests/readme/dependencies.json'), 'utf8'))
}

async function compile(compiler: Compiler, place: string): Promise<void> {
  const program = join(place, '..', 'node_modules', `typescript-${compiler}`, 'bin/tsc')
  await run(process.execPath, [program, '-p', '.', '--pretty', 'false'], { cwd: place })
}
