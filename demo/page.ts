import { randomBytes } from 'node:crypto'

/** Escapes text for use inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** The look of one demo partner's pages. */
export type Look = {
  /** The partner's name at the top of every page. */
  name: string
  initial: string
  /** CSS colours. The icon uses the light one. */
  accent: { light: string; dark: string }
  /** A readable text colour on the accent. */
  onAccent: { light: string; dark: string }
}

export type Page = {
  title: string
  /** Trusted HTML. */
  body: string
  /** Trusted JavaScript. */
  script?: string
}

/** Renders a page of a demo partner, with the headers to send. */
export function renderPage(
  look: Look,
  { title, body, script }: Page,
): { html: string; headers: Record<string, string> } {
  const nonce = randomBytes(16).toString('base64url')
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': policy(nonce),
  }
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="${icon(look)}">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${colours(look)}${STYLE}</style>
</head>
<body>
<main>
<p class="brand"><span aria-hidden="true">${look.initial}</span>${look.name}</p>
${body}
</main>
${script ? `<script nonce="${nonce}">${script}</script>` : ''}
</body>
</html>
`
  return { html, headers }
}

// No form-action: it would also restrict the redirects after a form, to another partner's origin.
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    'img-src data:',
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function icon({ accent }: Look): string {
  const square = `<rect width="8" height="8" rx="2" fill="${accent.light}"/>`
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">${square}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(picture)}`
}

function colours({ accent, onAccent }: Look): string {
  return `
:root { --accent: light-dark(${accent.light}, ${accent.dark});
  --on-accent: light-dark(${onAccent.light}, ${onAccent.dark}); }`
}

const STYLE = `
:root {
  --ground: light-dark(#f4f5f7, #111318); --card: light-dark(#fff, #1b1e25);
  --line: light-dark(#d5d9e0, #3a404c);
  --edge: light-dark(#7d8696, #7a8394);
  --text: light-dark(#171a21, #eceef2); --muted: light-dark(#596170, #a3abba);
  --bad: light-dark(#b42318, #ffb4a9); --bad-ground: light-dark(#fef1f0, #3b1d1a);
  color-scheme: light dark;
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100svh; display: grid; align-items: start; justify-items: center; padding: 1rem;
  background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 24rem; padding: 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem; }
h2 { margin: 1.5rem 0 .25rem; font-size: 1.0625rem; }
:is(ul, ol) { margin: .5rem 0 0; padding-left: 1.25rem; }
li { margin-bottom: .375rem; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; }
p { margin: 0; }
.brand { display: flex; align-items: center; gap: .5rem; margin-bottom: 1.5rem; color: var(--muted);
  font-size: .875rem; }
.brand span { display: grid; place-items: center; width: 1.75rem; height: 1.75rem; border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font-weight: 700; }
.lead, .hint { color: var(--muted); }
.hint { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: .875rem; }
code { padding: .05rem .35rem; border-radius: .35rem; background: var(--ground); color: var(--text);
  font: .875em ui-monospace, monospace; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .5rem 1rem; margin: 1.5rem 0 0;
  font-size: .9375rem; }
dt { color: var(--muted); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.action a { display: grid; place-items: center; margin-top: 1.25rem; text-decoration: none; }
form { display: grid; gap: 1rem; margin-top: 1.5rem; }
label { display: grid; gap: .375rem; font-size: .875rem; font-weight: 600; }
input { width: 100%; min-height: 3rem; padding: 0 .875rem; border: 1px solid var(--edge);
  border-radius: .625rem; background: var(--ground); color: inherit; font: 1rem system-ui, sans-serif; }
input[aria-invalid] { border-color: var(--bad); }
a { color: var(--accent); }
button, .action a { min-height: 3rem; padding: 0 1rem; border: 0; border-radius: .625rem;
  background: var(--accent); color: var(--on-accent); font: 600 1rem system-ui, sans-serif; cursor: pointer; }
:is(a, input, button):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error { margin-top: 1rem; padding: .75rem .875rem; border-radius: .625rem; background: var(--bad-ground);
  color: var(--bad); font-size: .9375rem; overflow-wrap: anywhere; }
@media (min-width: 30rem) { body { align-items: center; } main { padding: 2rem; } }
`
