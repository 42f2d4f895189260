import { readFileSync } from 'node:fs'
import { PageBody } from '#components/page-body.tsx'
import { themeColors, titleTemplate } from '#components/page-head.ts'
import type { Page } from '#lib/pages/page.ts'

/** The places of what differs from page to page, in the document once it is rendered. */
export const places = /\[\[(nonce|requestId|title|script|content)\]\]/

// Beside this module, once it is built.
const [style, script, icon, deviceScript] = ['style.css', 'script.js', 'icon.svg', 'device.js'].map((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8'),
)

/** The script that a page has besides that of all pages. */
export const scripts: Partial<Record<Page['name'], string>> = { 'another-device': deviceScript ?? '' }

/**
 * The document around every view. Style, script and icon are in it, so that the page is one request: people
 * come to these pages once, with nothing in their browser's cache.
 */
export function Document() {
  return (
    <html lang="en" data-request-id="[[requestId]]">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{titleTemplate.replace('%s', '[[title]]')}</title>
        <meta name="robots" content="noindex" />
        {/* Phones turn numbers into links otherwise. */}
        <meta name="format-detection" content="telephone=no" />
        {themeColors.map(({ media, color }) => (
          <meta key={media} name="theme-color" media={media} content={color} />
        ))}
        <link rel="icon" href={`data:image/svg+xml,${encodeURIComponent(icon ?? '')}`} />
        <style nonce="[[nonce]]">{style}</style>
        {/* A module runs once the page is there. */}
        <script type="module" nonce="[[nonce]]">
          {`${script}[[script]]`}
        </script>
      </head>
      <PageBody>[[content]]</PageBody>
    </html>
  )
}
