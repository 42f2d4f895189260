import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { chromium } from 'playwright/test'
import { chromiumLaunch } from '../../support/chromium.ts'
import type { ShowApp } from './device-web-view.ts'

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/**
 * Shows an app in Chromium at `https://localhost`, as Android does: no server is there, the web view itself
 * answers from the app's files.
 */
export function inChromium(folder: string): ShowApp {
  return async ({ script, receive }) => {
    const browser = await chromium.launch(chromiumLaunch())
    // Chromium asks before a page of the internet, for which it takes this one, calls this machine. A web
    // view does not ask.
    const context = await browser.newContext({ permissions: ['local-network-access'] })
    const page = await context.newPage()
    await page.route('https://localhost/**', async (route) => {
      const { pathname } = new URL(route.request().url())
      const file = extname(pathname) ? pathname : '/index.html'
      await route.fulfill({ contentType: types[extname(file)], body: await readFile(join(folder, file)) })
    })
    await page.exposeBinding('postToAndroid', (_, message: string) => receive(JSON.parse(message)))
    await page.addInitScript(`window.androidBridge = { postMessage: (message) => postToAndroid(message) }`)
    await page.addInitScript(script)
    await page.goto('https://localhost/')
    return { run: (script) => page.evaluate(script), close: () => browser.close() }
  }
}
