import { readFile, writeFile } from 'node:fs/promises'
import { anyDevice, expect, test } from '../support/browser-test.ts'
import { previewStage } from '../support/preview.ts'
import { fileOf, screenshots, screenshotsPage } from '../support/screenshots.ts'

test.use({ mayComplain: true })

test(
  'docs/screenshots.md has the pictures that are taken here, and no others',
  anyDevice,
  async ({ newPage }) => {
    // `npm run docs:screenshots` writes what is compared else.
    const isWriting = test.info().config.updateSnapshots === 'changed'
    if (isWriting) await writeFile('docs/screenshots.md', screenshotsPage())
    expect(await readFile('docs/screenshots.md', 'utf8')).toBe(screenshotsPage())
    const preview = await previewStage({ branding: { name: 'Example', accentColor: '#00695c' } })
    const page = await newPage()
    for (const shot of screenshots.flatMap(({ shots }) => [...shots])) {
      const { sample, language, scheme, width } = shot
      await page.setViewportSize({ width, height: 760 })
      await page.goto(`${preview.baton.url}/preview/${sample}?ui_locales=${language}&scheme=${scheme}`)
      if (sample.startsWith('home-code-'))
        await page.locator('[data-phase=shown]').waitFor({ state: 'attached' })
      const taken = await page.screenshot()
      const file = `docs/${fileOf(shot)}`
      if (isWriting) await writeFile(file, taken)
      expect({ file, ...sizeOf(await readFile(file)) }).toEqual({ file, ...sizeOf(taken) })
    }
    await preview.close()
  },
)

/** Width and height of a PNG (RFC 2083, section 4.1.1). Fonts differ between machines, and these do not. */
function sizeOf(png: Buffer): { width: number; height: number } {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
}
