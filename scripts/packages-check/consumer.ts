import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Packed } from './pack.ts'
import { run } from './run.ts'
import { snippetsOf } from './snippets.ts'

/** The compilers that people have: the oldest that is supported, the last one with `node10`, the newest. */
const compilers = { oldest: '5.0.4', lastWithNode10: '5.9.3', newest: '7.0.2' } as const

type Compiler = keyof typeof compilers

/** How a program may find a package. */
export const setups: readonly [compiler: Compiler, moduleResolution: string, module: string][] = [
  ['oldest', 'nodenext', 'nodenext'],
  ['oldest', 'bundler', 'esnext'],
  ['oldest', 'node10', 'esnext'],
  ['lastWithNode10', 'node10', 'esnext'],
  ['newest', 'nodenext', 'nodenext'],
  ['newest', 'bundler', 'esnext'],
]

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

/** Type-checks the snippets of a README in one set-up. Throws with what the compiler says. */
export async function checkSnippets(
  { name, folder: home, readme }: Packed,
  [compiler, moduleResolution, module]: (typeof setups)[number],
  folder: string,
): Promise<void> {
  const place = join(folder, `${name.replace('/', '-').slice(1)}-${compiler}-${moduleResolution}`)
  // The types of React 19 need TypeScript 5.1. React Native's are not found by `node10` either.
  const hasReact = compiler !== 'oldest'
  const hasReactNative = hasReact && moduleResolution !== 'node10'
  const snippets = snippetsOf(readme).filter(
    ({ file, text }) =>
      (hasReact || !file.endsWith('.tsx')) && (hasReactNative || !text.includes("from 'react-native'")),
  )
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
}

/**
 * Compiles a program to CommonJS with `node10`, as older frameworks do by default, and runs it: every entry
 * point of the package is found, by the compiler and by Node.js.
 */
export async function checkCommonJs({ name, folder: home }: Packed, folder: string): Promise<void> {
  const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    exports: Record<string, string | object>
  }
  const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'))
  const place = join(folder, `${name.replace('/', '-').slice(1)}-commonjs`)
  const lines = entries.map((entry, index) => `import * as m${index} from '${join(name, entry)}'`)
  const counts = entries.map((_, index) => `Object.keys(m${index}).length`)
  write(place, 'package.json', '{ "type": "commonjs" }')
  write(place, 'main.ts', `${lines.join('\n')}\nconsole.log(JSON.stringify([${counts.join(', ')}]))\n`)
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    module: 'commonjs',
    moduleResolution: 'node10',
    strict: true,
    esModuleInterop: true,
    skipLibCheck: true,
    types: ['node'],
  }
  write(place, 'tsconfig.json', JSON.stringify({ compilerOptions, include: ['main.ts'] }, null, 2))
  await compile('lastWithNode10', place)
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
