import type { KoaContextWithOIDC as Context } from 'oidc-provider'
import { type Look, type Page, renderPage } from '../page.ts'

const LOOK: Look = {
  name: 'Demo identity provider',
  initial: 'D',
  accent: { light: '#0f766e', dark: '#5eead4' },
  onAccent: { light: '#fff', dark: '#06302c' },
}

/** Answers with a page of the identity provider. */
export function showPage(ctx: Context, page: Page): void {
  const { html, headers } = renderPage(LOOK, page)
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value)
  ctx.body = html
}
