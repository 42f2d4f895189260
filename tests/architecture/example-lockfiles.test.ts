import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Lockfile = { packages: Record<string, { resolved?: string; link?: boolean; integrity?: string }> }

const lockfiles = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', 'examples/*/package-lock.json'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file !== '')

test.each(lockfiles)('%s names no registry, and copies what it takes of this repository', (file) => {
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as Lockfile
  const installed = Object.entries(packages).filter(([path]) => path !== '')
  expect(installed.length).toBeGreaterThan(1)
  for (const [path, { resolved, link, integrity }] of installed) {
    expect(link, path).toBeUndefined()
    if (path.startsWith('node_modules/@baton/'))
      expect(resolved, path).toBe(`file:../../packages/${path.split('/').at(-1)}`)
    else {
      expect(resolved, path).toBeUndefined()
      expect(integrity, path).toMatch(/^sha512-/)
    }
  }
})
