import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import nodeBinaries from './node-binaries.json' with { type: 'json' }

// Writes what a production installation on this platform has, as CycloneDX: `npm run sbom` into
// `baton.cdx.json`, with `-- --stdout` to the standard output. npm makes the document of everything in the
// lockfile, and this keeps what is production's. npm's own `--omit dev` would leave out what a devDependency
// needs as well, such as Next.

type Component = { 'bom-ref': string; name: string }
type Dependency = { ref: string; dependsOn: string[] }
type Document = { metadata: { component: Component }; components: Component[]; dependencies: Dependency[] }
type Entry = {
  version: string
  dependencies?: Record<string, string>
  dev?: true
  devOptional?: true
  link?: true
}

const npm = process.env.npm_execpath
if (!npm) throw new Error('This is a script of npm: npm run sbom.')
const command = 'sbom --sbom-format cyclonedx --sbom-type application --package-lock-only'
const options = { encoding: 'utf8', maxBuffer: 2 ** 30 } as const
const { metadata, components, dependencies, ...rest } = JSON.parse(
  execFileSync(process.execPath, [npm, ...command.split(' ')], options),
) as Document
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Entry>
}

// An optional package of another platform is in the lockfile and not in `node_modules`.
const installed = new Set(
  Object.entries(packages)
    .filter(([path, { dev, devOptional, link }]) => !dev && !devOptional && !link && existsSync(path))
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`),
)
const root = metadata.component['bom-ref']
const ofRoot = packages['']?.dependencies ?? {}
const dependsOn = new Map(
  dependencies.map(({ ref, dependsOn: all }) => [
    ref,
    all.filter((needed) => installed.has(needed) && (ref !== root || nameOf(needed) in ofRoot)),
  ]),
)
// A set gives what is added while it is walked through.
const kept = new Set([root])
for (const ref of kept) for (const needed of dependsOn.get(ref) ?? []) kept.add(needed)

const binary = nodeBinary()
dependsOn.get(`node@${nodeBinaries.version}`)?.push(binary['bom-ref'])
const document = {
  ...rest,
  metadata: { ...metadata, component: { ...metadata.component, name: nameOf(root) } },
  components: [...components.filter((component) => kept.has(component['bom-ref'])), binary],
  dependencies: [...kept, binary['bom-ref']].map((ref) => ({ ref, dependsOn: dependsOn.get(ref) ?? [] })),
}
const text = `${JSON.stringify(document, null, 2)}\n`
if (process.argv.includes('--stdout')) process.stdout.write(text)
else writeFileSync('baton.cdx.json', text)

/** What the install script of the package `node` has fetched, which no lockfile knows. */
function nodeBinary() {
  const { version, binaries } = nodeBinaries
  const listed: Record<string, { package: string }> = binaries
  const name = listed[`${process.platform}-${process.arch}`]?.package
  if (!name) throw new Error('scripts/node-binaries.json has no Node.js for this platform.')
  const file = `node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`
  return {
    'bom-ref': `${name}@${version}`,
    type: 'platform',
    name,
    version,
    description: 'Node.js, on which Baton runs',
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl: `pkg:npm/${name}@${version}`,
    hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(readFileSync(file)).digest('hex') }],
  }
}

function nameOf(ref: string): string {
  return ref.slice(0, ref.lastIndexOf('@'))
}
