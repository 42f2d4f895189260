import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { PageBody } from '#components/page-body.tsx'
import { themeColors, titleOf } from '#components/page-head.ts'
import type { Look } from '#lib/pages/look.ts'
import type { Page } from '#lib/pages/page.ts'

// Texts of an operator and of translators are in the document too, and none of them can name a place.
const mark = randomBytes(16).toString('hex')

/** The places of what differs from page to page, in the document once it is rendered. */
export const places = new RegExp(`${mark}-(nonce|requestId|title|script|at|content)-`)

function placeOf(name: 'nonce' | 'requestId' | 'title' | 'script' | 'at' | 'content'): string {
  return `${mark}-${name}-`
}

// Beside this module, once it is built.
const [style, script, icon, deviceScript] = ['style.css', 'script.js', 'icon.svg', 'device.js'].map((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8'),
)

/** The script that a page has besides that of all pages. */
export const scripts: Partial<Record<Page['name'], string>> = { 'another-device': deviceScript ?? '' }

type Props = Omit<Look, 'at'> & { isShownAgain: boolean }

/**
 * The document around every view. Style, script and Baton's icon are in it, so that the page is one request:
 * people come to these pages once, with nothing in their browser's cache.
 */
export function Document({ language, languages, brand, scheme, isShownAgain }: Props) {
  return (
    <html
      lang={language.language}
      dir={language.direction}
      data-scheme={scheme}
      data-request-id={placeOf('requestId')}
    >
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{titleOf(placeOf('title'), brand)}</title>
        <meta name="robots" content="noindex" />
        {/* Phones turn numbers into links otherwise. */}
        <meta name="format-detection" content="telephone=no" />
        {themeColors.map(({ media, color }) => (
          <meta key={media} name="theme-color" media={media} content={color} />
        ))}
        <link rel="icon" href={brand.icon ?? `data:image/svg+xml,${encodeURIComponent(icon ?? '')}`} />
        <style nonce={placeOf('nonce')}>{`${style}${brand.accent?.style ?? ''}`}</style>
        {/* A module runs once the page is there. */}
        <script type="module" nonce={placeOf('nonce')}>
          {`${script}${placeOf('script')}`}
        </script>
      </head>
      <PageBody
        brand={brand}
        say={language}
        choice={{ at: isShownAgain ? placeOf('at') : undefined, languages }}
        scheme={scheme}
      >
        {placeOf('content')}
      </PageBody>
    </html>
  )
}
