import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { escapeHtml } from '#lib/http/escape-html.ts'
import type { DocumentOf } from '#lib/pages/load-renderer.ts'
import type { Page } from '#lib/pages/page.ts'
import { AnotherDevice, anotherDeviceTitle } from './another-device.tsx'
import { Device, deviceTitles } from './device.tsx'
import { Document, places, scripts } from './document.tsx'
import { Handoff } from './handoff.tsx'
import { Problem } from './problem.tsx'
import { SignIn } from './sign-in.tsx'
import { SignInProblem } from './sign-in-problem.tsx'

// What all pages have in common is rendered once; what differs has a place in it.
const frame = renderToStaticMarkup(<Document />).split(places)

/** Renders a page as a whole HTML document. */
export function render(page: Page, { nonce, requestId = '' }: DocumentOf): string {
  const { title, content } = contentOf(page)
  const parts = {
    nonce,
    requestId: escapeHtml(requestId),
    title: escapeHtml(title),
    script: scripts[page.name] ?? '',
    content: renderToStaticMarkup(content),
  }
  // Every second part is the name of a place.
  const text = frame.map((part, index) => (index % 2 === 0 ? part : parts[part as keyof typeof parts]))
  return `<!doctype html>${text.join('')}`
}

// No title names a person: titles stay in the history of a browser that may be anybody's.
function contentOf(page: Page): { title: string; content: ReactNode } {
  switch (page.name) {
    case 'handoff':
      return { title: 'Continue', content: <Handoff {...page} /> }
    case 'sign-in':
      return { title: 'Sign in', content: <SignIn {...page.view} /> }
    case 'sign-in-problem':
      return { title: 'Sign-in problem', content: <SignInProblem {...page.view} /> }
    case 'device':
      return { title: deviceTitles[page.view.state], content: <Device {...page} /> }
    case 'another-device':
      return { title: anotherDeviceTitle(page.view), content: <AnotherDevice {...page.view} /> }
    case 'problem':
      return { title: 'Problem', content: <Problem {...page.view} /> }
  }
}
