import { type Browser, type BrowserContext, chromium, type Page } from 'playwright/test'
import { expect } from 'vitest'
import { chromiumLaunch } from '../chromium.ts'
import type { Sentence } from './sentences.ts'

/** The browser of a reader, with its first window and its private one. */
export async function openWindows() {
  const browser: Browser = await chromium.launch(chromiumLaunch())
  const pages = new Map<string, Page>()
  let current = await windowOf('first')
  let answer: unknown

  async function windowOf(name: 'first' | 'private'): Promise<Page> {
    const open = pages.get(name)
    if (open) return open
    const context: BrowserContext = await browser.newContext({ locale: 'en-US' })
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    pages.set(name, page)
    return page
  }

  return {
    /** Does what a sentence says, or waits until it is to be seen. */
    async follow(sentence: Sentence): Promise<void> {
      switch (sentence.does) {
        case 'open':
          await current.goto(sentence.url)
          return
        case 'open-answer':
          await current.goto(String(answer))
          return
        case 'go':
          current = await windowOf(sentence.to)
          return
        case 'reload-until':
          await expect
            .poll(async () => {
              await current.reload()
              return current.getByText(sentence.text).count()
            })
            .toBeGreaterThan(0)
          return
        case 'press': {
          const { name } = sentence
          const button = current.getByRole('button', { name, exact: true })
          await button
            .or(current.getByRole('link', { name, exact: true }))
            .first()
            .click()
          return
        }
        case 'enter':
          await current.getByLabel(sentence.label, { exact: true }).fill(sentence.value)
          return
        case 'see':
          await current.getByText(sentence.text).first().waitFor()
      }
    },
    /** Types into the console of the page, as developer tools run it: with `await`. Gives what it shows. */
    async console(script: string): Promise<unknown> {
      const session = await current.context().newCDPSession(current)
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        expression: script,
        replMode: true,
        awaitPromise: true,
        returnByValue: true,
      })
      await session.detach()
      if (exceptionDetails) throw new Error(`the console says: ${JSON.stringify(exceptionDetails)}`)
      answer = result.value
      return answer
    },
    close: () => browser.close(),
  }
}
