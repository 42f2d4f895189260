type Form = { action: string; fields: Record<string, string> }

/** The forms of a page, with their fields. */
export function formsIn(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(([, tag = '', content = '']) => ({
    action: attribute(tag, 'action'),
    fields: Object.fromEntries(
      [...content.matchAll(/<input\b[^>]*>/gi)].map(([input]) => [
        attribute(input, 'name'),
        attribute(input, 'value'),
      ]),
    ),
  }))
}

/** Every address that a page's elements name. */
export function addressesIn(html: string): string[] {
  return [...html.matchAll(/\s(?:href|src|action|content|poster|data)="([^"]*)"/gi)].map(([, value = '']) =>
    unescaped(value),
  )
}

function attribute(tag: string, name: string): string {
  return unescaped(new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1] ?? '')
}

function unescaped(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
