import { existsSync } from 'node:fs'
import { chromium, type LaunchOptions } from 'playwright/test'

export const packagedChromium = '/usr/bin/chromium'
export const asRoot = process.getuid?.() === 0

/**
 * The Chromium of the tests: `CHROMIUM_PATH`, the system's own or Playwright's download; `undefined` without
 * any.
 */
export function chromiumPath(): string | undefined {
  const { CHROMIUM_PATH } = process.env
  return CHROMIUM_PATH || [packagedChromium, chromium.executablePath()].find((path) => existsSync(path))
}

/** How the tests start it: it fetches nothing on its own, and reaches no other machine. */
export function chromiumLaunch(): LaunchOptions {
  return {
    executablePath: chromiumPath(),
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-gpu',
      // Each window would load two pages of its own for the address bar, which nobody sees here.
      '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
      // The sandbox refuses root.
      ...(asRoot ? ['--no-sandbox'] : []),
    ],
  }
}
