/** What a test looks at on the hand-off page. */
type HandoffPage = {
  /** Hidden fields and their values. */
  fields: Record<string, string>
  /** The opening tag of the page's first form. */
  form: string
  /** Whether the person is asked, rather than the form sending itself. */
  asks: boolean
  /** The page's visible HTML: without its scripts and style, and names without their tags. */
  shown: string
}

/** Reads the hand-off page's HTML. */
export function readHandoffPage(html: string): HandoffPage {
  const shown = html.replace(/<(script|style)\b.*?<\/\1>/gs, '').replaceAll(/<\/?bdi>/g, '')
  const [, form = '', content = ''] = /(<form\b[^>]*>)(.*?)<\/form>/s.exec(shown) ?? []
  const hidden = [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
  return {
    fields: Object.fromEntries(hidden.map(([, name, value]) => [name, value])),
    form,
    asks: shown.includes('Continue only if you are'),
    shown,
  }
}

/**
 * A page without what differs in each request: its id, the nonce of its scripts, and its address, which Next
 * repeats.
 */
export function comparable(html: string): string {
  return html
    .replace(/data-request-id(=|\\":\\")"?[\w-]{36}/g, 'request-id')
    .replace(/nonce(=|\\":\\")"?[A-Za-z0-9+/]{22}==/g, 'script-nonce')
    .replace(/\?nonce=[^"\\]*/g, '')
}
