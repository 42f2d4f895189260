import { contrast, lightnessOf, painted, withLightness } from './colour.ts'

export type Scheme = 'light' | 'dark'

/** The accent of one colour scheme, and the colour of text on it, as `#rrggbb`. */
type Accent = { accent: string; onAccent: string }

/**
 * What an operator's accent has to stand out from: `--panel` and `--ground` of `components/theme.css`.
 *
 * @internal For tests.
 */
export const grounds: Record<Scheme, readonly string[]> = {
  light: ['#ffffff', '#f5f5f3'],
  dark: ['#1c1e20', '#131415'],
}
/** What text on an accent is in: white or nearly black. */
const inks = ['#ffffff', '#131415']

/** The contrast of text, and that of signs (WCAG 2.2, 1.4.3 and 1.4.11). */
const [forText, forSigns] = [4.5, 3]
/** What a browser may round away where it blends two colours. */
const rounding = 0.05
/** How far the lightness goes at a time, of 1. */
const step = 0.005

/** What is wrong with a colour as an accent of this scheme, in words that say what to do. */
export function faultOfAccent(colour: string, scheme: Scheme): string | undefined {
  const found = leastContrast(colour, grounds[scheme])
  if (found >= forSigns) return undefined
  const shown = Math.floor(found * 10) / 10
  const better = scheme === 'light' ? 'darker' : 'lighter'
  return (
    `${colour} has a contrast of ${shown}:1 against ${scheme} pages, and needs ${forSigns}:1 at least; ` +
    `give a ${better} colour for these, and one for each scheme if need be: { "light": "#…", "dark": "#…" }`
  )
}

/**
 * The accent of a scheme that this colour makes: the colour itself, or the nearest one of its hue with which
 * all text is readable. It is darker in the light scheme, and lighter in the dark one.
 *
 * @internal For tests.
 */
export function accentOf(colour: string, scheme: Scheme): Accent {
  const away = scheme === 'light' ? -step : step
  for (let lightness = lightnessOf(colour), accent = colour.toLowerCase(); ; ) {
    const onAccent = inks.find((ink) => isReadable(accent, ink, grounds[scheme]))
    if (onAccent !== undefined) return { accent, onAccent }
    lightness += away
    accent = withLightness(colour, lightness)
  }
}

/** The style sheet of the accents that these colours make, in each scheme its own. */
export function accentStyle(colours: Record<Scheme, string>): string {
  const [light, dark] = [accentOf(colours.light, 'light'), accentOf(colours.dark, 'dark')]
  // By its selector it goes before `components/theme.css`, wherever a page has it.
  return (
    `html:root{--accent:light-dark(${light.accent},${dark.accent});` +
    `--on-accent:light-dark(${light.onAccent},${dark.onAccent})}`
  )
}

// Discs and chips have text in the accent on a thin coat of it. Buttons that are pointed at and signs on them
// are readable wherever this is: the test of all pairs says so.
function isReadable(accent: string, onAccent: string, under: readonly string[]): boolean {
  const coats = under.map((ground) => painted(accent, 0.15, ground))
  return (
    leastContrast(accent, under) >= forText &&
    leastContrast(accent, coats) >= forText + rounding &&
    contrast(onAccent, accent) >= forText
  )
}

function leastContrast(colour: string, others: readonly string[]): number {
  return Math.min(...others.map((other) => contrast(colour, other)))
}
