import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

export type Packed = {
  name: string
  folder: string
  /** The file that a registry would get. */
  tarball: string
  /** What is in it, relative to the package. */
  files: string[]
  readme: string
}

/** The folders of the packages that are published. */
export function publishedPackages(): string[] {
  return readdirSync('packages')
    .map((name) => join('packages', name))
    .filter((folder) => !manifestOf(folder).private)
}

/** Packs a package as `npm publish` would, with a build of its own. */
export async function pack(folder: string, destination: string): Promise<Packed> {
  const printed = await run('npm', ['pack', '--json', '--pack-destination', destination], { cwd: folder })
  // What `prepack` prints comes before it.
  const told = JSON.parse(printed.slice(printed.search(/^[[{]/m)))
  const [{ filename, files }] = (Array.isArray(told) ? told : Object.values(told)) as [
    { filename: string; files: { path: string }[] },
  ]
  return {
    name: manifestOf(folder).name,
    folder,
    tarball: join(destination, filename.replace('@', '').replace('/', '-')),
    files: files.map(({ path }) => path).sort(),
    readme: readFileSync(join(folder, 'README.md'), 'utf8'),
  }
}

/** What should be in it and is not, and the other way round: its modules with their types, and the texts. */
export function faultsOf({ folder, files }: Pick<Packed, 'folder' | 'files'>): string[] {
  const modules = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `dist/${name.replace(/\.tsx?$/, '')}`)
  const expected = ['LICENSE', 'README.md', 'package.json']
  // From the first version on.
  if (existsSync(join(folder, 'CHANGELOG.md'))) expected.push('CHANGELOG.md')
  for (const module of modules) expected.push(`${module}.js`, `${module}.d.ts`)
  const faults = expected.filter((file) => !files.includes(file)).map((file) => `${file} is missing`)
  for (const file of files) if (!expected.includes(file)) faults.push(`${file} does not belong in it`)
  return faults.map((fault) => `${folder}: ${fault}`)
}

function manifestOf(folder: string): { name: string; private?: boolean } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
