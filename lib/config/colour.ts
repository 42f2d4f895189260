/** Red, green and blue of sRGB, each from 0 to 255. */
type Rgb = readonly [red: number, green: number, blue: number]
type Three = readonly [number, number, number]

/** A colour as `#rrggbb` with this part of it painted over another one, as browsers blend. */
export function painted(colour: string, part: number, under: string): string {
  const below = rgbOf(under)
  const [red, green, blue] = rgbOf(colour).map((value, at) => value * part + (below[at] ?? 0) * (1 - part))
  return hexOf([red ?? 0, green ?? 0, blue ?? 0])
}

/** How much two colours stand out from each other, from 1 to 21. WCAG 2.2, contrast ratio. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** The lightness of a colour in OKLCH, from 0 to 1. */
export function lightnessOf(colour: string): number {
  return oklabOf(colour)[0]
}

/**
 * A colour of the same hue with another lightness (OKLCH, CSS Color 4, section 9). It is less colourful where
 * sRGB has none that is as much so.
 */
export function withLightness(colour: string, lightness: number): string {
  const [, a, b] = oklabOf(colour)
  const inPart = (part: number) => linearOf([lightness, a * part, b * part])
  let [least, most] = [0, 1]
  if (isInGamut(inPart(1))) least = 1
  else
    for (let round = 0; round < 12; round++) {
      const middle = (least + most) / 2
      if (isInGamut(inPart(middle))) least = middle
      else most = middle
    }
  const [red, green, blue] = inPart(least).map((value) => 255 * encoded(Math.min(Math.max(value, 0), 1)))
  return hexOf([red ?? 0, green ?? 0, blue ?? 0])
}

function rgbOf(colour: string): Rgb {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return [red ?? 0, green ?? 0, blue ?? 0]
}

function hexOf(rgb: Rgb): string {
  return `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`
}

// The weights are those of WCAG 2.2, relative luminance.
function luminance(colour: string): number {
  return dot([0.2126, 0.7152, 0.0722], decodedOf(colour))
}

function decodedOf(colour: string): Three {
  const [red, green, blue] = rgbOf(colour).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return [red ?? 0, green ?? 0, blue ?? 0]
}

function encoded(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055
}

// The matrices of https://bottosson.github.io/posts/oklab/
const toCones = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
] as const
const toLab = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
] as const
const fromLab = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
] as const
const fromCones = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
] as const

function oklabOf(colour: string): Three {
  return times(toLab, each(times(toCones, decodedOf(colour)), Math.cbrt))
}

function linearOf(oklab: Three): Three {
  return times(
    fromCones,
    each(times(fromLab, oklab), (value) => value ** 3),
  )
}

function isInGamut(linear: Three): boolean {
  return linear.every((value) => value > -0.0001 && value < 1.0001)
}

function times([first, second, third]: readonly [Three, Three, Three], of: Three): Three {
  return [dot(first, of), dot(second, of), dot(third, of)]
}

function dot([a, b, c]: Three, [x, y, z]: Three): number {
  return a * x + b * y + c * z
}

function each([a, b, c]: Three, change: (value: number) => number): Three {
  return [change(a), change(b), change(c)]
}
