import type { Page } from 'playwright/test'
import { knownLanguages, messagesOf, openLanguages } from '#lib/languages/languages.ts'
import { samples } from '#lib/preview/samples.ts'
import { anyDevice, expect, test as onStage } from '../support/browser-test.ts'
import { flatMessages } from '../support/flat-messages.ts'
import { expectAccessible, expectToFit, previewStage } from '../support/preview.ts'

type Preview = Awaited<ReturnType<typeof previewStage>>

const test = onStage.extend<object, { preview: Preview }>({
  preview: [
    async ({ handoff: _ }, use) => {
      const preview = await previewStage()
      await use(preview)
      await preview.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

// Each of these takes long, and would be the last to end.
test.describe.configure({ mode: 'parallel' })
// What previews ask of Baton is refused: nobody is signed in.
test.use({ mayComplain: true })

for (const [index, language] of knownLanguages.entries())
  test(
    `in ${language} every page in every state fits its screen, is accessible and lacks no message`,
    anyDevice,
    async ({ newPage, preview }) => {
      test.setTimeout(300_000)
      const page = await newPage()
      const direction = openLanguages([language], {}).get(language)?.direction
      const addressOf = (name: string, scheme: string) =>
        `${preview.baton.url}/preview/${name}?${new URLSearchParams({ ui_locales: language, scheme })}`
      for (const [number, { name }] of samples.entries()) {
        const scheme = (index + number) % 2 === 0 ? 'light' : 'dark'
        await page.goto(addressOf(name, scheme))
        await untilPreviewed(page)
        const shown = await page.evaluate(() => ({
          title: document.title,
          text: [...document.querySelectorAll('main, footer')].map((part) => part.textContent).join(' '),
          h1: document.querySelectorAll('h1').length,
          lang: document.documentElement.lang,
          dir: document.documentElement.dir,
        }))
        expect({ name, ...shown }).toMatchObject({ name, lang: language, dir: direction, h1: 1 })
        expect(shown.title).toMatch(/^.+ · Example$|^Example$/)
        expect(shown.title + shown.text).not.toMatch(/[⟦⟧]|undefined|\[object/)
        const file = (width: number) => `test-results/preview/${language}/${name}-${width}.png`
        await expectToFit(page, [1280, 390], file)
        if (!looked.includes(language)) continue
        await expectAccessible(page)
        // Colours do not change at once.
        await page.goto(addressOf(name, scheme === 'light' ? 'dark' : 'light'))
        await untilPreviewed(page)
        await expectAccessible(page)
      }
    },
  )

// What axe looks at has to do with the direction, and with nothing else of a language.
const looked = ['en', 'ar']

// Of 200 sessions and of a page that fails while it is rendered there is no sample; two stand for a
// moment.
const unseen = [
  'continueElsewhere.makingNext',
  'continueElsewhere.copied',
  'sessions.usedLast',
  'pageError.title',
  'pageError.text',
]

// Every message in brackets that no language has: what stands without them is in no file of messages.
test(
  'what pages say is in the files of messages, and is what people wrote else',
  anyDevice,
  async ({ newPage }) => {
    test.setTimeout(300_000)
    const messages = flatMessages(messagesOf('en'))
    const marked = [...messages].map(([key, text]) => [key, `⟪${key}|${text}⟫`])
    const preview = await previewStage({
      languages: ['en', 'de'],
      messages: { en: Object.fromEntries(marked) },
    })
    const page = await newPage()
    const bare: string[] = []
    const seen = new Set<string>()
    for (const { name } of samples) {
      await page.goto(`${preview.baton.url}/preview/${name}`)
      await untilPreviewed(page)
      for (const [, key = ''] of (await page.evaluate(shownText)).matchAll(/⟪([\w.-]+)\|/g))
        seen.add(String(key))
      bare.push(...(await page.evaluate(textsWithoutBrackets)).map((text) => `${name}: ${text}`))
    }
    await preview.close()
    expect(bare).toEqual([])
    expect([...messages.keys()].filter((key) => !seen.has(key))).toEqual(unseen)
  },
)

/** Waits until the script shows how far a hand-off has come, where a sample is about that. */
async function untilPreviewed(page: Page): Promise<void> {
  if (page.url().includes('/home-code-'))
    await page.locator('[data-phase]:not([data-phase=idle])').waitFor({ state: 'attached' })
}

/** All that is in the page but what its scripts have. */
function shownText(): string {
  const page = document.documentElement.cloneNode(true) as HTMLElement
  for (const script of page.querySelectorAll('script')) script.remove()
  return page.outerHTML
}

/** Texts of the page that belong to no message: neither they nor what they stand in has its brackets. */
function textsWithoutBrackets(): string[] {
  const written = 'bdi, code, time, [aria-hidden], [lang]:not(html), .font-mono, svg, style, script, noscript'
  const found: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? ''
    const { parentElement: parent } = node
    if (!/\p{L}{2,}/u.test(text) || !parent || parent.closest(written)) continue
    // A message may have an element around a part of it.
    const whole = parent.parentElement?.closest('p, h1, button, a') ?? parent
    if (!/[⟪⟫]/.test(parent.textContent + whole.textContent)) found.push(text)
  }
  const labelled = document.querySelectorAll(
    '[aria-label], [title], [placeholder], [data-failed], [data-sending]',
  )
  for (const element of labelled)
    for (const name of ['aria-label', 'title', 'placeholder', 'data-failed', 'data-sending']) {
      const text = element.getAttribute(name)
      if (text && /\p{Ll}{2,}/u.test(text) && !text.includes('⟪') && !element.closest('[lang]:not(html)'))
        found.push(`${name}=${text}`)
    }
  return found
}
