import { expect, type Page } from 'playwright/test'
import { textsBelow } from './contrast.ts'

/** Takes a page for one that is readable, fits the screen and has buttons large enough for a thumb. */
export async function expectGoodLooks(page: Page, where: string): Promise<void> {
  const { looked, low } = await textsBelow(page, 4.5)
  expect({ where, low }).toEqual({ where, low: [] })
  expect(looked).toBeGreaterThan(2)

  const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth)
  expect({ where, scrollWidth }).toEqual({ where, scrollWidth: page.viewportSize()?.width })

  const heights = await page
    .locator('main :is(button, a.inline-flex):visible')
    .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().height))
  expect({ where, small: heights.filter((height) => height < 44) }).toEqual({ where, small: [] })
}
