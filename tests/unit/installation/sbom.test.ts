import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import nodeBinaries from '../../../scripts/node-binaries.json' with { type: 'json' }

type Component = {
  'bom-ref': string
  type: string
  name: string
  version: string
  purl: string
  hashes: { alg: string; content: string }[]
}
type Sbom = {
  bomFormat: string
  specVersion: string
  serialNumber: string
  version: number
  metadata: { timestamp: string; component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
}
type Packages = Record<string, { os?: string[]; dev?: true; devOptional?: true }>

const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'))
const { dependencies, devDependencies, name, version } = await json('package.json')
const { packages } = (await json('package-lock.json')) as { packages: Packages }

async function made(): Promise<string> {
  const env = { ...process.env, npm_config_offline: 'true', npm_config_update_notifier: 'false' }
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom', '--', '--stdout'], {
    env,
    maxBuffer: 2 ** 24,
  })
  return stdout
}

let texts: string[]
let sbom: Sbom
beforeAll(async () => {
  texts = [await made(), await made()]
  sbom = JSON.parse(texts[0] ?? '')
}, 120_000)

test('it is a CycloneDX document about Baton', () => {
  expect(sbom).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: expect.stringMatching(/^1\.\d+$/),
    version: 1,
  })
  expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
  expect(Date.parse(sbom.metadata.timestamp)).not.toBeNaN()
  expect(sbom.metadata.component).toMatchObject({ type: 'application', name, version })
})

test('each production dependency is in it, with version, purl and digest', () => {
  const expected = Object.entries<string>(dependencies).map(([name, version]) =>
    expect.objectContaining({
      name,
      version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      hashes: [expect.objectContaining({ alg: 'SHA-512' })],
    }),
  )
  expect(sbom.components).toEqual(expect.arrayContaining(expected))
})

test('no devDependency is in it, unless production needs it as well', () => {
  const names = sbom.components.map((component) => component.name)
  const found = Object.keys(devDependencies).filter((dependency) => names.includes(dependency))
  expect(found.filter((dependency) => isOfDevelopment(`node_modules/${dependency}`))).toEqual([])
})

function isOfDevelopment(path: string): boolean {
  const { dev, devOptional } = packages[path] ?? {}
  return Boolean(dev || devOptional)
}

test('no package of another platform is in it', () => {
  const names = sbom.components.map((component) => `node_modules/${component.name}`)
  const others = names.filter((name) => packages[name]?.os?.includes(process.platform) === false)
  expect(others).toEqual([])
})

test('the Node.js that the package `node` fetches is in it, with its SHA-256', () => {
  const listed: Record<string, { package: string; sha256: string }> = nodeBinaries.binaries
  const node = listed[`${process.platform}-${process.arch}`]
  expect(sbom.components).toContainEqual(
    expect.objectContaining({
      type: 'platform',
      name: node?.package,
      version: dependencies.node,
      hashes: [{ alg: 'SHA-256', content: node?.sha256 }],
    }),
  )
})

test('it says what needs what, and all of that is in it', () => {
  const refs = [sbom.metadata.component, ...sbom.components].map((component) => component['bom-ref'])
  expect(new Set(refs).size).toBe(refs.length)
  const ofBaton = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`)
  expect(sbom.dependencies[0]?.dependsOn.toSorted()).toEqual(ofBaton.toSorted())
  expect(sbom.dependencies.map(({ ref }) => ref).toSorted()).toEqual(refs.toSorted())
  expect(
    sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.includes(ref)),
  ).toEqual([])
})

test('it tells nothing of the machine, and two of them differ by serial number and time alone', () => {
  for (const path of [process.cwd(), homedir()]) expect(texts[0]).not.toContain(path)
  const [first, second] = texts.map((text) => {
    const { serialNumber, metadata, ...rest } = JSON.parse(text) as Sbom
    return { ...rest, metadata: { ...metadata, timestamp: '' } }
  })
  expect(first).toEqual(second)
})
