import type { Fault, Passing } from '../front.ts'
import { signedInByLink } from './handoff.ts'
import { answer, answering, isPost, pathOf } from './parts.ts'
import { mistakenFor } from './sessions.ts'

/** Whoever ends sessions by this path is taken for the source. */
const endedAsSource = (isMeant: (path: string) => boolean): Fault =>
  mistakenFor((passing, kept) =>
    isEnding(passing) && isMeant(pathOf(passing)) ? kept.get('source') : undefined,
  )
const isEnding = ({ method }: Passing) => method === 'DELETE'
const isOdd = (text: string) => text.includes('Content-Length: 0')

/** Faults of checks that look at more than one thing, with what each check has to find. */
export const furtherFaults: [check: string, found: RegExp, fault: Fault][] = [
  ['login-link', /without their doing/, signedInByLink],
  ['login-planted-page', /with one cookie/, answering(isPost('/handoff'), () => answer(403))],
  ['session-reach', /\{sid\} ends the source/, endedAsSource((path) => path !== '/api/sessions')],
  ['session-reach', /sessions ends the source/, endedAsSource((path) => path === '/api/sessions')],
  // A server for which the request has not ended yet.
  ['http-two-lengths', /hangs/, { bytes: (text) => (isOdd(text) ? '' : text) }],
]
