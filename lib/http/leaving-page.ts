import { randomBytes } from 'node:crypto'
import type { Config } from '#lib/config/load.ts'
import { escapeHtml } from './escape-html.ts'
import { commonPageHeaders, pagePolicy } from './page-headers.ts'

/**
 * A page that leads on to another site at once, for a form whose answer would be a redirect there. Chromium
 * holds the whole chain of redirects after a form to the page's `form-action`, and nobody knows where a
 * provider sends a person from its first address on; here the chain ends. A secret address, one with an ID
 * token in it, is in a header alone, as in a redirect; any other is a link as well, for browsers that do not
 * go on by themselves.
 */
export function leavingPage(
  address: string,
  config: Pick<Config, 'url'>,
  { isSecret }: { isSecret: boolean },
) {
  const nonce = randomBytes(16).toString('base64url')
  const { host } = new URL(address)
  const headers = {
    ...commonPageHeaders(config),
    'content-security-policy': pagePolicy({ 'default-src': "'none'", 'style-src': `'nonce-${nonce}'` }),
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    refresh: `0;url=${address}`,
  }
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Continue</title>
<style nonce="${nonce}">:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }</style>
</head>
<body>${isSecret ? `Going on to ${host} …` : `<a href="${escapeHtml(address)}">Go on to ${host}</a>`}</body>
</html>
`
  return { status: 200, headers, body }
}
