import { parseCookie } from 'cookie'
import type { CookieOptions, Request, Response } from 'express'
import { FLOW_TTL, SESSION_TTL } from './application.ts'

// Cookies ignore ports, and all demo partners are at 127.0.0.1.
const SESSION = 'demo-web-session'
const FLOW = 'demo-web-flow-'

/** Returns the id of a request's session. */
export function sessionIdOf(request: Request): string | undefined {
  return cookie(request, SESSION)
}

/** Sets the cookie with the session's id. */
export function keepSessionId(response: Response, id: string, webUrl: string): void {
  response.cookie(SESSION, id, { ...attributes(webUrl), maxAge: SESSION_TTL * 1000 })
}

/** Clears the cookie with the session's id. */
export function forgetSessionId(response: Response, webUrl: string): void {
  response.clearCookie(SESSION, attributes(webUrl))
}

/** Returns the id of the flow with this state. Only the browser that began the flow has it. */
export function flowIdOf(request: Request, state: string): string | undefined {
  return cookie(request, FLOW + state)
}

/**
 * Sets the cookie with a flow's id. Each flow has its own cookie, so that sign-ins in two tabs do not
 * collide.
 */
export function keepFlowId(response: Response, state: string, id: string, webUrl: string): void {
  response.cookie(FLOW + state, id, { ...attributes(webUrl), maxAge: FLOW_TTL * 1000 })
}

/** Clears the cookie with a flow's id. */
export function forgetFlowId(response: Response, state: string, webUrl: string): void {
  response.clearCookie(FLOW + state, attributes(webUrl))
}

function cookie(request: Request, name: string): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[name]
}

// Lax: the callback comes from another site, and a cross-site form post must arrive without cookies.
function attributes(webUrl: string): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: webUrl.startsWith('https:') }
}
