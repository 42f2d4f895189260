import type { Locator, Page } from 'playwright/test'
import { accentOf, type Scheme } from '#lib/config/accent.ts'
import { anyDevice, expect, test as onStage } from '../support/browser-test.ts'
import { textsBelow } from '../support/contrast.ts'
import { signInOverHttp } from '../support/journey.ts'
import { expectGoodLooks } from '../support/looks.ts'
import { listen } from '../support/partners.ts'
import { pngOf } from '../support/pictures.ts'
import { registration, relyingParty } from '../support/relying-party.ts'
import { type Stage, startStage } from '../support/stage.ts'

// As it is, text in it is not readable on all parts of light pages, and on none of dark ones.
const accentColor = '#1a73e8'

/** A sign of 120 by 40 pixels, with a script that would show if it ran. */
const logoIn = (colour: string) =>
  '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40">' +
  `<rect width="120" height="40" fill="${colour}"/><script>document.documentElement.id = "ran"</script></svg>`

type Shop = { url: string; asked: (string | undefined)[] }

const test = onStage.extend<object, { shop: Shop; branded: Stage }>({
  // The server of an application, whose logo it has and no other.
  shop: [
    async ({ browser: _ }, use) => {
      const asked: (string | undefined)[] = []
      const { url, close } = await listen(({ url, headers }, res) => {
        asked.push(`${url} ${headers['user-agent']}`)
        url === '/logo.png' ? res.end(pngOf(120, 40)) : res.writeHead(404).end()
      })
      await use({ url, asked })
      await close()
    },
    { scope: 'worker' },
  ],
  branded: [
    async ({ shop }, use) => {
      const stage = await startStage({
        files: {
          'light.svg': logoIn('#222222'),
          'dark.svg': logoIn('#eeeeee'),
          'icon.svg': logoIn('#1a73e8'),
        },
        config: (partners) =>
          partners.config({
            clients: [
              registration('shop', { first_party: false, logo_uri: `${shop.url}/logo.png` }),
              registration('bare', { client_name: 'Öl & Co', logo_uri: `${shop.url}/none.png` }),
            ],
            branding: {
              name: 'Example & Sons',
              logo: { light: 'light.svg', dark: 'dark.svg' },
              icon: 'icon.svg',
              accentColor,
              links: { help: 'mailto:help@example.org', terms: 'https://example.org/terms' },
            },
          }),
      })
      await use(stage)
      await stage.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

/** Takes a page for one of the operator's in these colours, and for readable. */
async function expectBrand(page: Page, colorScheme: Scheme): Promise<void> {
  const where = page.url()
  const { accent, onAccent } = accentOf(accentColor, colorScheme)
  await expect(page).toHaveTitle(/Example & Sons$/)
  const home = page.getByRole('banner').getByRole('link', { name: /Example & Sons/ })
  await expect(home).toHaveAttribute('href', '/')
  expect({ where, ...(await shownIn(page)) }).toEqual({
    where,
    logo: [`/brand/logo-${colorScheme}`, 108, 36],
    icon: '/brand/icon',
    colours: [rgbOf(accent), rgbOf(onAccent)],
  })
  await expect(page.getByRole('contentinfo').locator('a')).toHaveCount(2)
  await expect(page.getByRole('banner')).not.toContainText('Baton')
  await expectGoodLooks(page, where)
}

const settled = (element: Locator) =>
  element.evaluate(async (part) => {
    await Promise.all(part.getAnimations().map(({ finished }) => finished))
  })

for (const colorScheme of ['light', 'dark'] as const) {
  test(`in ${colorScheme} colours all pages are the operator's, and readable`, async ({
    newPage,
    branded,
  }) => {
    const { url } = branded.baton
    const page = await newPage({ colorScheme })
    for (const path of ['/', '/sign-in', '/sign-out', '/error?error=NotAllowed', '/handoff?nonce=none']) {
      await page.goto(url + path)
      await expectBrand(page, colorScheme)
    }
    await signInOverHttp(page, url)
    for (const path of ['/', '/sessions', '/activity', '/device', '/sign-out', '/oidc/logout', '/sign-in']) {
      await page.goto(url + path)
      await expectBrand(page, colorScheme)
    }

    const button = page.locator('main button[type=submit]').first()
    await button.hover()
    await settled(button)
    expect((await textsBelow(page, 4.5)).low).toEqual([])
    await button.focus()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Tab')
    await settled(button)
    const outline = await button.evaluate((element) => getComputedStyle(element).outlineColor)
    expect(outline).toBe(rgbOf(accentOf(accentColor, colorScheme).accent))
  })

  test.describe(() => {
    // Of statuses, and of a script that may not run.
    test.use({ mayComplain: true })

    test(`so are pages of errors in ${colorScheme} colours`, async ({ newPage, branded }) => {
      const page = await newPage({ colorScheme })
      for (const path of ['/nothing/here', '/oidc/authorize?client_id=nobody', '/interaction/nothing']) {
        await page.goto(branded.baton.url + path)
        await expectBrand(page, colorScheme)
      }
    })
  })
}

test.describe(() => {
  test.use({ mayComplain: true })

  test('no script of a logo runs, by itself neither', anyDevice, async ({ newPage, branded }) => {
    const page = await newPage()
    await page.goto(branded.baton.url)
    const { logo } = await shownIn(page)
    const complaint = page.waitForEvent('console', (message) => /sandboxed|script-src/.test(message.text()))
    await page.goto(`${branded.baton.url}${logo[0]}`)
    await complaint
    expect(await page.locator('svg').getAttribute('id')).toBeNull()
    expect(await page.evaluate(() => origin)).toBe('null')
  })
})

test('applications have their logos or an initial, and no browser asks their servers', async ({
  newPage,
  branded,
  shop,
}) => {
  const { url } = branded.baton
  for (const id of ['shop', 'bare']) await fetch(`${url}/brand/applications/${id}`)
  const page = await newPage()
  const origins = new Set<string>()
  page.on('request', (request) => origins.add(new URL(request.url()).origin))
  await signInOverHttp(page, url)
  await page.goto(url)
  const tile = (name: RegExp) => page.getByRole('main').getByRole('link', { name })
  const logo = tile(/Application shop/).locator('img')
  expect(await widthOf(logo)).toBe(120)
  await expect(logo).toHaveAttribute('src', /^\/brand\/applications\/shop\?v=/)
  await expect(tile(/Öl & Co/).locator('img')).toHaveCount(0)
  await expect(tile(/Öl & Co/).locator('[aria-hidden]')).toHaveText('Ö')
  // Where it loads, the logo is all that is seen.
  expect(await seenAt(tile(/Application shop/))).toBe('img')
  await expectGoodLooks(page, 'the home page with applications')

  await page.goto((await (await relyingParty(url, 'shop')).begin()).url.href)
  await page.getByRole('heading', { name: /Application shop/, level: 1 }).waitFor()
  expect(await widthOf(page.getByRole('main').locator('img'))).toBe(120)
  await expectGoodLooks(page, 'the consent page')
  expect([...origins]).toEqual([url])
  expect(shop.asked.toSorted()).toEqual(['/logo.png node', '/none.png node'])
})

test.describe(() => {
  // Of pictures that do not load.
  test.use({ mayComplain: true })

  test(
    'where pictures do not load there are names, without a script too',
    anyDevice,
    async ({ newPage, branded }) => {
      const { url } = branded.baton
      await fetch(`${url}/brand/applications/shop`)
      const page = await newPage({ javaScriptEnabled: false })
      await page.route('**/brand/**', (route) => route.fulfill({ status: 404 }))
      await signInOverHttp(page, url)
      await page.goto(url)
      const home = page.getByRole('banner').getByRole('link')
      await expect(home).toHaveAccessibleName('Example & Sons: home')
      // Of its text: a picture that has none takes no room.
      expect((await home.locator('img').boundingBox())?.width).toBeGreaterThan(100)
      const tile = page.getByRole('main').getByRole('link', { name: /Application shop/ })
      await expect(tile.locator('img')).toHaveCount(1)
      expect(await seenAt(tile)).toBe('A')
      await expectGoodLooks(page, 'the home page without its pictures')
    },
  )
})

/** What is on top of an application's mark, at its centre: `img`, or the text. */
function seenAt(tile: Locator): Promise<string | null | undefined> {
  return tile
    .locator('[aria-hidden]')
    .first()
    .evaluate((mark) => {
      mark.scrollIntoView()
      const { x, y, width, height } = mark.getBoundingClientRect()
      const seen = document.elementFromPoint(x + width / 2, y + height / 2)?.closest('img, span')
      return seen?.localName === 'img' ? 'img' : seen?.textContent
    })
}

/** The width of a picture by itself, in pixels. */
function widthOf(image: Locator): Promise<number> {
  return image.evaluate(async (element: HTMLImageElement) => {
    await element.decode()
    return element.naturalWidth
  })
}

/** The path and the size of the logo, the path of the icon, and the colours of the accent. */
function shownIn(page: Page) {
  return page.evaluate(async () => {
    const image = document.querySelector<HTMLImageElement>('header img')
    await image?.decode()
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
    const pathOf = (url = '') => URL.parse(url)?.pathname
    const part = document.body.appendChild(document.createElement('i'))
    const colours = ['--accent', '--on-accent'].map((name) => {
      part.style.color = `var(${name})`
      return getComputedStyle(part).color
    })
    part.remove()
    return {
      logo: [pathOf(image?.currentSrc), image?.width, image?.height],
      icon: pathOf(icon?.href),
      colours,
    }
  })
}

/** A colour as computed styles have it. */
function rgbOf(colour: string): string {
  return `rgb(${[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)).join(', ')})`
}
