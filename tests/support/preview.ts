import axe from 'axe-core'
import type { Page } from 'playwright/test'
import { expect } from './browser-test.ts'
import { startStage } from './stage.ts'

/** A Baton with `/preview`, and this besides in its configuration. */
export function previewStage(config: object = {}) {
  const links = {
    privacy: 'https://example.org/privacy',
    terms: 'https://example.org/terms',
    help: 'mailto:help@example.org',
  }
  const web = { client_id: 'demo-web', client_name: 'Demo web application', client_secret: 's'.repeat(32) }
  const start = 'https://shop.example.org/start'
  return startStage({
    env: { BATON_DEMO: 'true' },
    config: (partners) =>
      partners.config({
        branding: { name: 'Example', links },
        clients: [
          {
            ...web,
            client_uri: 'https://shop.example.org/',
            redirect_uris: ['https://shop.example.org/callback'],
            initiate_login_uri: start,
            handoff: { mayReceive: true },
          },
          { client_id: 'demo-phone', token_endpoint_auth_method: 'none', redirect_uris: [] },
        ],
        ...config,
      }),
  })
}

/** Takes a page for one that fits screens of these widths, in pixels, and takes its screenshots. */
export async function expectToFit(page: Page, widths: readonly number[], file: (width: number) => string) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 })
    const wide = await page.evaluate(() => {
      const root = document.documentElement
      const right = root.clientWidth + 1
      // An element that sticks out without making the page scroll is cut off.
      const outside = [...document.querySelectorAll('body *')].filter((element) => {
        const box = element.getBoundingClientRect()
        return box.width > 0 && (box.right > right || box.left < -1) && !element.closest('.sr-only, svg, pre')
      })
      return {
        scrolls: root.scrollWidth > right,
        outside: outside.map((element) => element.outerHTML.slice(0, 90)),
      }
    })
    expect({ at: page.url(), width, ...wide }).toEqual({ at: page.url(), width, scrolls: false, outside: [] })
    await page.screenshot({ path: file(width), fullPage: true })
  }
}

/** Takes a page for one in which axe finds nothing to mend, by WCAG 2.2 AA and its best practices. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document)
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    )
  })
  expect({ at: page.url(), found }).toEqual({ at: page.url(), found: [] })
}
