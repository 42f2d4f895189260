import type { Page } from 'playwright/test'

type LowContrast = { text: string; ratio: number }

/** The texts of a page that stand out from their background by less than this ratio (WCAG 2.2, 1.4.3). */
export function textsBelow(page: Page, ratio: number): Promise<{ looked: number; low: LowContrast[] }> {
  return page.evaluate((least) => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!context) throw new Error('no canvas')

    // Paints colours one over the other, as the page does: computed styles name them in any colour space.
    const painted = (colours: string[]): number[] => {
      context.clearRect(0, 0, 1, 1)
      for (const colour of colours) {
        context.fillStyle = colour
        context.fillRect(0, 0, 1, 1)
      }
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
    }
    const luminance = (rgb: number[]): number => {
      const [r = 0, g = 0, b = 0] = rgb.map((channel) => {
        const part = channel / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const backgroundsOf = (element: Element | null): string[] =>
      element
        ? [...backgroundsOf(element.parentElement), getComputedStyle(element).backgroundColor]
        : ['white']

    const texts: { text: string; element: Element }[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement
      const text = node.textContent?.trim() ?? ''
      if (text !== '' && element?.checkVisibility() && element.getClientRects().length > 0)
        texts.push({ text, element })
    }
    for (const field of document.querySelectorAll('input:not([type=hidden])'))
      if (field instanceof HTMLInputElement) texts.push({ text: field.value, element: field })

    const measured = texts.map(({ text, element }) => {
      const backgrounds = backgroundsOf(element)
      const ground = luminance(painted(backgrounds))
      const ink = luminance(painted([...backgrounds, getComputedStyle(element).color]))
      return { text, ratio: (Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05) }
    })
    return { looked: measured.length, low: measured.filter((text) => text.ratio < least) }
  }, ratio)
}
