import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'

// Builds the package in the current folder from nothing, as `npm pack` and `npm publish` have it: what an
// earlier build has left is no part of a package.
const compiler = createRequire(import.meta.url).resolve('typescript/package.json')
rmSync('dist', { recursive: true, force: true })
execFileSync(process.execPath, [compiler.replace(/package\.json$/, 'bin/tsc'), '--build'], {
  stdio: 'inherit',
})
