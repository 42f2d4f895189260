import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { asRoot, chromiumPath, packagedChromium } from './chromium.ts'

/** Installs Debian's Chromium where there is none; throws where it cannot. */
export default function setup(): void {
  if (chromiumPath()) return
  if (!asRoot || !existsSync('/etc/debian_version'))
    throw new Error('there is no Chromium here: set CHROMIUM_PATH to one')
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
  execFileSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'inherit' })
  if (!existsSync(packagedChromium)) throw new Error(`the package brought no ${packagedChromium}`)
}
