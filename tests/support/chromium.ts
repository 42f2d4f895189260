import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const asRoot = process.getuid?.() === 0

// Nothing but the pages under test is to be fetched, and root has no sandbox.
const args = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-gpu',
  ...(asRoot ? ['--no-sandbox'] : []),
]

/** Starts a real Chromium, the machine's own where it has one. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: executable(), args })
}

function executable(): string {
  const { CHROMIUM_PATH } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const places = ['/usr/bin/chromium', chromium.executablePath()]
  const found = places.find((path) => existsSync(path))
  if (found) return found
  if (!asRoot || !existsSync('/etc/debian_version'))
    throw new Error('there is no Chromium here: set CHROMIUM_PATH to one')
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
  execFileSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'inherit' })
  return '/usr/bin/chromium'
}
