import type { Response } from 'express'
import { escapeHtml, type Look, type Page, renderPage } from '../page.ts'
import type { Session } from './application.ts'

const LOOK: Look = {
  name: 'Demo web application',
  initial: 'W',
  accent: { light: '#6d28d9', dark: '#c4b5fd' },
  onAccent: { light: '#fff', dark: '#2e1065' },
}

const PHONE = 'npm run demo:phone -- --user demo --password demo --target demo-web'
const SIGN_IN =
  '<form method="post" action="/sign-in"><button type="submit">Sign in with Baton</button></form>'

/** Shows the signed-in person. */
export function showSignedIn(response: Response, { name, sub, acr, amr, authTime }: Session): void {
  const since = authTime && `${new Date(authTime * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const facts = { Subject: sub, 'Signed in by': amr?.join(', '), 'Brought here by': acr, Since: since }
  const rows = Object.entries(facts).map(
    ([term, fact]) => fact && `<dt>${term}</dt><dd>${escapeHtml(fact)}</dd>`,
  )
  showPage(response, 200, {
    title: `Signed in as ${name}`,
    body: `<h1>Signed in as ${escapeHtml(name)}</h1>
<p class="lead">This is a separate web application that trusts Baton.</p>
<dl>
${rows.filter(Boolean).join('\n')}
</dl>
<form method="post" action="/sign-out"><button type="submit">Sign out</button></form>`,
  })
}

/** Shows that nobody is signed in, and offers to sign in. */
export function showSignedOut(response: Response): void {
  showPage(response, 200, {
    title: 'Not signed in',
    body: `<h1>You are not signed in</h1>
<p class="lead">This is a separate web application that trusts Baton.</p>
${SIGN_IN}
<p class="hint">To arrive here signed in: <code>${PHONE}</code></p>`,
  })
}

/**
 * Shows that a hand-off nonce does not work. It does not say whether the nonce was used, has expired or never
 * existed.
 */
export function showDeadLink(response: Response): void {
  showPage(response, 410, {
    title: 'This link does not work any more',
    body: `<h1>This link does not work any more</h1>
<p class="lead">A link works once and for a short time. You can sign in instead.</p>
${SIGN_IN}`,
  })
}

/** Shows that something failed, and why. */
export function showFailure(response: Response, status: number, reason: string): void {
  showPage(response, status, {
    title: 'That did not work',
    body: `<h1>That did not work</h1>
<p class="error">${escapeHtml(reason)}</p>
${SIGN_IN}`,
  })
}

/** Shows that the page does not exist. */
export function showNotFound(response: Response, path: string): void {
  const toStart = '<a href="/">Go to the start page</a>'
  showPage(response, 404, {
    title: 'No such page',
    body: `<h1>No such page</h1>
<p class="lead">There is nothing at <code>${escapeHtml(path)}</code>. ${toStart}</p>`,
  })
}

function showPage(response: Response, status: number, page: Page): void {
  const { html, headers } = renderPage(LOOK, page)
  response.status(status).set(headers).send(html)
}
