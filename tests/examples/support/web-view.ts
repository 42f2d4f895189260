import { type Browser, chromium } from 'playwright/test'
import { chromiumLaunch } from '../../support/chromium.ts'

/** Starts what shows web views: each has no cookies of another. */
export function launchWebViews(): Promise<Browser> {
  return chromium.launch(chromiumLaunch())
}

/**
 * Opens a web view at a URL. The headers go with this one request, as Android's `loadUrl` and the
 * `URLRequest` of iOS send them.
 */
export async function openWebView(browser: Browser, url: string, headers: Record<string, string> = {}) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.route(
    url,
    async (route) => {
      const own = await route.request().allHeaders()
      const response = await route.fetch({ headers: { ...own, ...headers }, maxRedirects: 0 })
      await route.fulfill({ response })
    },
    { times: 1 },
  )
  await page.goto(url)
  return page
}
