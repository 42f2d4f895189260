import { spawnSync } from 'node:child_process'

/** Throws a sentence that says what to install where one of these Debian packages is missing. */
export function requireDebian(packages: readonly string[]): void {
  const missing = packages.filter((name) => !isInstalled(name))
  if (missing.length > 0)
    throw new Error(
      'This test needs Debian packages that are missing here. Install them as root: ' +
        `apt-get install -y --no-install-recommends ${missing.join(' ')}`,
    )
}

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg', ['--status', name], { encoding: 'utf8' })
  return /^Status: install ok installed$/m.test(stdout ?? '')
}
