import { z } from 'zod'
import { faultOfAccent, type Scheme } from './accent.ts'
import { shownName, webPage } from './field-types.ts'

const picture = z.string().min(1)

const logo = z.union(
  [picture, z.strictObject({ light: pictureFor('light'), dark: pictureFor('dark') })],
  'give the path of a file, or { "light": …, "dark": … }',
)

function pictureFor(scheme: Scheme) {
  return picture.meta({
    description: `The logo on ${scheme} pages.`,
    examples: [`brand/logo-${scheme}.svg`],
  })
}

const accentColor = z.union(
  [readableColour('light'), z.strictObject({ light: colourFor('light'), dark: colourFor('dark') })],
  'give a colour as #rrggbb, or { "light": …, "dark": … }',
)

function colourFor(scheme: Scheme) {
  return readableColour(scheme).meta({
    description: `The accent of ${scheme} pages.`,
    examples: [scheme === 'light' ? '#00695c' : '#4db6ac'],
  })
}

function readableColour(scheme: Scheme) {
  const faultOf = (value: unknown) =>
    isColour(value) ? faultOfAccent(value, scheme) : 'give a colour as #rrggbb'
  return z.string().refine((value) => faultOf(value) === undefined, { error: ({ input }) => faultOf(input) })
}

function isColour(value: unknown): value is string {
  return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value)
}

const links = z.strictObject({
  privacy: webPage.optional().meta({
    description: 'Your privacy policy.',
    examples: ['https://example.org/privacy'],
  }),
  terms: webPage.optional().meta({
    description: 'Your terms of service.',
    examples: ['https://example.org/terms'],
  }),
  help: z
    .string()
    .refine(
      (value) => webPage.safeParse(value).success || /^mailto:[^\s@?]+@[^\s@?]+$/.test(value),
      'give an absolute http(s) URL, or mailto: with an address',
    )
    .optional()
    .meta({
      description: 'Where people get help: a page, or an address as `mailto:`.',
      examples: ['mailto:help@example.org', 'https://example.org/help'],
    }),
})

export const branding = z
  .strictObject({
    name: shownName(60)
      .default('Baton')
      .meta({ description: 'Name that people see on all pages and in titles.', examples: ['Example'] }),
    logo: logo.optional().meta({
      description:
        'Logo at the top of all pages, in place of the name: draw the name into it, if it is not your sign ' +
        'by itself. A file (SVG, PNG or WebP, at most 100 kB), by its path from the folder of this file; ' +
        'or one for light and one for dark pages.',
      examples: ['brand/logo.svg', { light: 'brand/logo-light.svg', dark: 'brand/logo-dark.svg' }],
    }),
    icon: picture.optional().meta({
      description:
        "Icon of all pages in the browser's tab, a file as `logo` is; without a `logo` it stands beside " +
        'the name, at the top of all pages.',
      examples: ['brand/icon.svg'],
    }),
    accentColor: accentColor.optional().meta({
      description:
        'Colour of buttons, links and the focus. Where text would not be readable, the nearest colour of ' +
        'the same hue with which it is takes its place: a darker one on light pages, a lighter one on dark ' +
        'pages. A colour that is too pale for light pages is a fault: give one for each scheme then.',
      examples: ['#00695c', { light: '#00695c', dark: '#4db6ac' }],
    }),
    links: links.default({}).meta({
      description: 'Pages of yours that are linked at the foot of all pages.',
      examples: [{ privacy: 'https://example.org/privacy', help: 'mailto:help@example.org' }],
    }),
  })
  .prefault({})
  .meta({
    description: 'Whose pages these are: what people see in place of Baton. See [branding](branding.md).',
    examples: [
      {
        name: 'Example',
        logo: { light: 'brand/logo-light.svg', dark: 'brand/logo-dark.svg' },
        icon: 'brand/icon.svg',
        accentColor: '#00695c',
        links: {
          privacy: 'https://example.org/privacy',
          terms: 'https://example.org/terms',
          help: 'mailto:help@example.org',
        },
      },
    ],
  })
