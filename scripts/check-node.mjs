import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// npm knows the integrity of the package `node`, but not of the binary that its install script fetches.
// This compares the binary with `node-binaries.json` after each installation. It runs on any Node.js from 18
// on, so it is no TypeScript: `npm run check:node`.

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'node_modules', 'node')
const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
const platform = `${process.platform}-${process.arch}`
const npmsOwn = process.env.npm_node_execpath

if (!existsSync(binary))
  end(`There is no Node.js at ${binary}: let npm run the install script of the package node, by npm ci.`)
// A script of npm runs on the very binary, which would judge itself.
if (npmsOwn && isBinary(process.execPath) && !isBinary(npmsOwn))
  process.exit(spawnSync(npmsOwn, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1)

const list = readJson(root, 'scripts', 'node-binaries.json')
const { version } = readJson(folder, 'package.json')
if (list.version !== version)
  remove(
    `scripts/node-binaries.json lists Node.js ${list.version} and not ${version}, so it was removed: run ` +
      'npm run lock:node, look at what it changes, and run npm ci again.',
  )
const listed = list.binaries[platform]
// Whoever delivers a wrong binary cannot choose the platform that it runs on.
if (!listed) {
  process.stderr.write(
    `scripts/node-binaries.json does not list ${platform}, so nothing was compared: ` +
      'npm run lock:node adds it.\n',
  )
  process.exit(0)
}
if (createHash('sha256').update(readFileSync(binary)).digest('hex') !== listed.sha256)
  remove(
    `The Node.js ${version} that npm fetched is not the one in scripts/node-binaries.json, so it was ` +
      'removed: find out which registry or mirror it came from, and run npm ci again.',
  )

function isBinary(path) {
  const [one, other] = [path, binary].map((file) => statSync(file, { bigint: true }))
  return one.dev === other.dev && one.ino === other.ino
}

function readJson(...path) {
  return JSON.parse(readFileSync(join(...path), 'utf8'))
}

// The package has the same file in two places.
function remove(message) {
  rmSync(folder, { recursive: true, force: true })
  end(message)
}

function end(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
