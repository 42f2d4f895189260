import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { accentOf, accentStyle, faultOfAccent, grounds, type Scheme } from '#lib/config/accent.ts'
import { lightnessOf, withLightness } from '#lib/config/colour.ts'

const schemes: readonly Scheme[] = ['light', 'dark']

/** Every 17th value of each channel, and what is between them by chance, the same at each run. */
const colours = [
  ...Array.from({ length: 16 ** 3 }, (_, at) =>
    [at >> 8, (at >> 4) & 15, at & 15].map((value) => value.toString(16).repeat(2)).join(''),
  ),
  ...Array.from({ length: 1000 }, (_, at) => ((at * 7_919_777) % 0x1000000).toString(16).padStart(6, '0')),
].map((digits) => `#${digits}`)

type Rgb = number[]
const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
const blended = (over: Rgb, part: number, under: Rgb): Rgb =>
  over.map((value, at) => Math.round(value * part + (under[at] ?? 0) * (1 - part)))

// WCAG 2.2, relative luminance and contrast ratio.
function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((value) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function ratio(one: Rgb, other: Rgb): number {
  const both = [luminance(one), luminance(other)]
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05)
}

/** The least contrast of text that components write with an accent, and of signs and outlines. */
function leastOf({ accent, onAccent }: { accent: string; onAccent: string }, scheme: Scheme) {
  const [own, ink] = [rgb(accent), rgb(onAccent)]
  const under = grounds[scheme].map(rgb)
  const texts = under.flatMap((ground) => [
    ratio(own, ground),
    ratio(own, blended(own, 0.15, ground)),
    ratio(ink, own),
    ratio(ink, blended(own, 0.9, ground)),
  ])
  return { texts: Math.min(...texts), signs: ratio(ink, blended(ink, 0.2, own)) }
}

test.for(schemes)('a colour is refused on %s pages, or all that it is for is readable there', (scheme) => {
  const refused = colours.filter((colour) => faultOfAccent(colour, scheme) !== undefined)
  expect(refused.length).toBeGreaterThan(500)
  expect(colours.length - refused.length).toBeGreaterThan(500)
  const low = colours
    .filter((colour) => !refused.includes(colour))
    .map((colour) => ({ colour, ...leastOf(accentOf(colour, scheme), scheme) }))
    .filter(({ texts, signs }) => texts < 4.5 || signs < 3)
  expect(low).toEqual([])
})

test('one colour that light pages take makes one that is readable on dark pages', () => {
  const low = colours
    .filter((colour) => faultOfAccent(colour, 'light') === undefined)
    .map((colour) => ({ colour, ...leastOf(accentOf(colour, 'dark'), 'dark') }))
    .filter(({ texts, signs }) => texts < 4.5 || signs < 3)
  expect(low).toEqual([])
})

test('a colour is refused if it has less than 3:1 against the pages of its scheme, and no other', () => {
  for (const scheme of schemes)
    for (const colour of colours) {
      const found = Math.min(...grounds[scheme].map((ground) => ratio(rgb(colour), rgb(ground))))
      expect([colour, faultOfAccent(colour, scheme) === undefined]).toEqual([colour, found >= 3])
    }
})

test('a fault names the contrast, and says what to do', () => {
  expect(faultOfAccent('#ffcc00', 'light')).toBe(
    '#ffcc00 has a contrast of 1.3:1 against light pages, and needs 3:1 at least; give a darker colour for ' +
      'these, and one for each scheme if need be: { "light": "#…", "dark": "#…" }',
  )
  expect(faultOfAccent('#101080', 'dark')).toMatch(/against dark pages.*give a lighter colour/)
})

test('a colour with which all is readable stays as it is, and another one keeps its hue', () => {
  expect(accentOf('#2347C5', 'light')).toEqual({ accent: '#2347c5', onAccent: '#ffffff' })
  const { accent } = accentOf('#1a73e8', 'light')
  expect(lightnessOf(accent)).toBeLessThan(lightnessOf('#1a73e8'))
  expect(Math.abs(hueOf(accent) - hueOf('#1a73e8'))).toBeLessThan(3)
  const dark = accentOf('#1a73e8', 'dark')
  expect(lightnessOf(dark.accent)).toBeGreaterThan(lightnessOf('#1a73e8'))
  expect(Math.abs(hueOf(dark.accent) - hueOf('#1a73e8'))).toBeLessThan(3)
  expect(dark.onAccent).toBe('#131415')
})

test('the guide says which colours stay as they are on light pages', async () => {
  const taken = colours.filter((colour) => faultOfAccent(colour, 'light') === undefined)
  const contrastsOf = (isKept: boolean) =>
    taken
      .filter((colour) => (accentOf(colour, 'light').accent === colour) === isKept)
      .map((colour) => ratio(rgb(colour), rgb('#ffffff')))
  const [kept, changed] = [contrastsOf(true), contrastsOf(false)]
  // To a tenth, down and up.
  const least = Math.floor(Math.min(...kept) * 10) / 10
  const most = Math.ceil(Math.max(...changed) * 10) / 10
  const guide = (await readFile('docs/branding.md', 'utf8')).replace(/\s+/g, ' ')
  expect(guide).toContain(`each colour with less than ${least}:1 against white, none with ${most}:1 or more.`)
})

// Of HSL, in degrees.
function hueOf(colour: string): number {
  const [r = 0, g = 0, b = 0] = rgb(colour)
  return (Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b) * 180) / Math.PI
}

test('a colour with its own lightness is itself, and one that is out of reach is less colourful', () => {
  for (const colour of ['#2347c5', '#00695c', '#e60023', '#808080'])
    expect(withLightness(colour, lightnessOf(colour))).toBe(colour)
  expect(withLightness('#0000ff', 1)).toBe('#ffffff')
  expect(withLightness('#0000ff', 0)).toMatch(/^#00000[0-2]$/)
})

test('the style sheet has a colour for each scheme, and goes before the one of all pages', () => {
  expect(accentStyle({ light: '#2347c5', dark: '#9db4ff' })).toBe(
    'html:root{--accent:light-dark(#2347c5,#9db4ff);--on-accent:light-dark(#ffffff,#131415)}',
  )
})

test('the colours behind accents are those of all pages', async () => {
  const theme = await readFile('components/theme.css', 'utf8')
  const schemesOf = (name: string) =>
    new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(theme)?.slice(1)
  const [panel, ground] = ['panel', 'ground'].map(schemesOf)
  expect([
    [panel?.[0], ground?.[0]],
    [panel?.[1], ground?.[1]],
  ]).toEqual([grounds.light, grounds.dark])
})
