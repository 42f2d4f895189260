import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { escapeHtml } from '#lib/http/escape-html.ts'
import type { DocumentOf } from '#lib/pages/load-renderer.ts'
import type { Look } from '#lib/pages/look.ts'
import type { Page } from '#lib/pages/page.ts'
import { AnotherDevice, anotherDeviceTitle } from './another-device.tsx'
import { Device, deviceTitle } from './device.tsx'
import { Document, places, scripts } from './document.tsx'
import { Handoff, handoffTitle } from './handoff.tsx'
import { Leaving } from './leaving.tsx'
import { OidcError } from './oidc-error.tsx'
import { OidcSignOut } from './oidc-sign-out.tsx'
import { OidcSignedOut, oidcSignedOutTitle } from './oidc-signed-out.tsx'
import { Preview } from './preview.tsx'
import { Problem, problemTitle } from './problem.tsx'
import { SignIn, signInTitle } from './sign-in.tsx'
import { SignInProblem, signInProblemTitle } from './sign-in-problem.tsx'

// What all pages in one language have in common is rendered once; what differs has a place in it.
const frames = new Map<string, string[]>()

/** Renders a page as a whole HTML document. */
export function render(page: Page, look: Look, { nonce, requestId = '' }: DocumentOf): string {
  const { title, content } = contentOf(page, look)
  const parts = {
    nonce,
    requestId: escapeHtml(requestId),
    title: escapeHtml(title),
    script: scripts[page.name] ?? '',
    at: escapeHtml(look.at ?? ''),
    content: renderToStaticMarkup(content),
  }
  // Every second part is the name of a place.
  const text = frameFor(look).map((part, index) =>
    index % 2 === 0 ? part : parts[part as keyof typeof parts],
  )
  return `<!doctype html>${text.join('')}`
}

function frameFor({ at, ...look }: Look): string[] {
  const isShownAgain = at !== undefined
  const key = `${look.language.language} ${look.scheme} ${isShownAgain}`
  const known = frames.get(key)
  if (known) return known
  const frame = renderToStaticMarkup(<Document {...look} isShownAgain={isShownAgain} />).split(places)
  frames.set(key, frame)
  return frame
}

// No title names a person: titles stay in the history of a browser that may be anybody's.
function contentOf(page: Page, { language: say, languages }: Look): { title: string; content: ReactNode } {
  switch (page.name) {
    case 'handoff':
      return { title: handoffTitle(page.view, say), content: <Handoff {...page} say={say} /> }
    case 'sign-in':
      return { title: signInTitle(page.view, say), content: <SignIn {...page.view} say={say} /> }
    case 'sign-in-problem':
      return {
        title: signInProblemTitle(page.view, say),
        content: <SignInProblem {...page.view} say={say} />,
      }
    case 'device':
      return { title: deviceTitle(page.view, say), content: <Device {...page} say={say} /> }
    case 'another-device':
      return {
        title: anotherDeviceTitle(page.view, say),
        content: <AnotherDevice {...page.view} say={say} />,
      }
    case 'preview':
      return { title: 'Preview', content: <Preview {...page.view} languages={languages} /> }
    case 'problem':
      return { title: problemTitle(page.view, say), content: <Problem {...page.view} say={say} /> }
    case 'leaving':
      return { title: say.t('leaving.title'), content: <Leaving {...page.view} say={say} /> }
    case 'oidc-sign-out':
      return { title: say.t('oidcSignOut.title'), content: <OidcSignOut {...page.view} say={say} /> }
    case 'oidc-signed-out':
      return {
        title: oidcSignedOutTitle(page.view, say),
        content: <OidcSignedOut {...page.view} say={say} />,
      }
    case 'oidc-error':
      return { title: say.t('oidcError.title'), content: <OidcError {...page.view} say={say} /> }
  }
}
