export type Form = { method: string; action: string; fields: URLSearchParams }

/** The forms of a page, with their hidden fields. */
export function formsIn(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, tag = '', content = '']) => {
    const hidden = [...content.matchAll(/<input type="hidden"[^>]*>/g)].map(([input]): [string, string] => [
      attribute(input, 'name'),
      attribute(input, 'value'),
    ])
    return {
      method: attribute(tag, 'method'),
      action: attribute(tag, 'action'),
      fields: new URLSearchParams(hidden),
    }
  })
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return value.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&amp;', '&')
}
