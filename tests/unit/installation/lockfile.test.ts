import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

type Entry = { integrity?: string; link?: true; os?: string[]; cpu?: string[]; libc?: string[] }

// Of the other platforms the registry may have lacked some binaries when the lockfile was written.
const shipped = [
  { os: 'linux', cpu: 'x64', libc: 'glibc' },
  { os: 'linux', cpu: 'arm64', libc: 'glibc' },
]
const isShipped = ({ os, cpu, libc }: Entry) =>
  shipped.some(
    (platform) =>
      (os?.includes(platform.os) ?? true) &&
      (cpu?.includes(platform.cpu) ?? true) &&
      (libc?.includes(platform.libc) ?? true),
  )

test('each package that npm fetches for a shipped platform has its integrity in the lockfile', async () => {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, Entry>
  }
  // The others are this repository and its packages.
  const fetched = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  )
  expect(fetched.length).toBeGreaterThan(300)
  const without = fetched.filter(([, entry]) => !/^sha512-/.test(entry.integrity ?? '') && isShipped(entry))
  expect(without.map(([path]) => path)).toEqual([])
})
