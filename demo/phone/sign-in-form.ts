import type { Page } from './browser.ts'

/**
 * Fills in the sign-in form of a page. Returns its action and fields, or `undefined` when the page has no
 * such form.
 */
export function fillInSignIn(
  { html, url }: Page,
  { user, password }: { user: string; password: string },
): { action: URL; fields: URLSearchParams } | undefined {
  const form = /<form\b([^>]*)>(.*?)<\/form>/is.exec(html)
  if (!form) return undefined

  const fields = new URLSearchParams()
  for (const [input] of (form[2] ?? '').matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(input, 'name')
    if (name) fields.set(name, attribute(input, 'value') ?? '')
  }
  if (!fields.has('login') || !fields.has('password')) return undefined
  fields.set('login', user)
  fields.set('password', password)
  return { action: new URL(attribute(form[1] ?? '', 'action') ?? url.href, url), fields }
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  return value?.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll('&amp;', '&')
}
