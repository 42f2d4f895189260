import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { launchChromium } from './chromium.ts'
import { startStage } from './stage.ts'

export type BrowserStage = Awaited<ReturnType<typeof startBrowserStage>>

/** A stage with a Chromium whose every complaint is kept. */
export async function startBrowserStage(options: Parameters<typeof startStage>[0] = {}) {
  const [stage, browser] = await Promise.all([startStage(options), launchChromium()])
  const complaints: string[] = []

  return {
    ...stage,

    /** A browser with a cookie jar of its own, and its one page. */
    async newPage(options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext(options)
      context.setDefaultTimeout(10_000)
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return
        // Chromium reports every page with an error status as a failed resource; such a page may be what is tested.
        if (/status of (410|422)/.test(message.text()) && message.location().url.includes('/handoff')) return
        complaints.push(`${page.url()}: ${message.text()}`)
      })
      return page
    },

    /** Fails when a page threw, or its console showed an error or a warning, since the last time. */
    expectNoComplaints(): void {
      expect(complaints.splice(0)).toEqual([])
    },

    async close(): Promise<void> {
      await browser.close()
      await stage.close()
    },
  }
}
