import { readFile, writeFile } from 'node:fs/promises'

// npm writes no entry for an optional package that its registry does not have, and `npm ci` then refuses the
// whole lockfile. These packages are binaries for other platforms. With an entry that says so, `npm ci` skips
// them where they do not fit.
// Run this after a dependency has changed: `npm run lock`.

type Entry = {
  version?: string
  optionalDependencies?: Record<string, string>
  dev?: boolean
  [key: string]: unknown
}

const systems: Record<string, string> = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
  windows: 'win32',
}
const processors: Record<string, string> = {
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
  x64: 'x64',
}

const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, Entry> }
const added: string[] = []
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const known = [`${path}/node_modules/${name}`, `node_modules/${name}`].some(
      (place) => lock.packages[place],
    )
    if (known || !/^\d+\.\d+\.\d+/.test(version)) continue
    const words = (name.split('/').at(-1) ?? '').split('-')
    const os = words.map((word) => systems[word]).filter((word) => word !== undefined)
    const cpu = words.map((word) => processors[word]).filter((word) => word !== undefined)
    if (os.length + cpu.length === 0) continue
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length > 0 && { cpu }),
      ...(entry.dev && { dev: true }),
      ...(words.includes('musl') && { libc: ['musl'] }),
      optional: true,
      ...(os.length > 0 && { os }),
    }
    added.push(`${name}@${version}`)
  }
}
const { '': root, ...rest } = lock.packages
lock.packages = {
  '': root as Entry,
  ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))),
}
await writeFile('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(added.length > 0 ? `Added ${added.join(', ')}.\n` : 'Nothing was missing.\n')
