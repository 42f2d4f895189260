import { parseCookie } from 'cookie'
import type { CookieOptions, Request, Response } from 'express'
import { FLOW_TTL, SESSION_TTL } from './application.ts'

// Cookies ignore ports, and all partners of the demo are at 127.0.0.1.
const SESSION = 'demo-web-session'
const FLOW = 'demo-web-flow-'

/** Reads the id of the session that a request belongs to. */
export function sessionIdOf(request: Request): string | undefined {
  return cookie(request, SESSION)
}

/** Gives the browser the id of its session. */
export function keepSessionId(response: Response, id: string, webUrl: string): void {
  response.cookie(SESSION, id, { ...attributes(webUrl), maxAge: SESSION_TTL * 1000 })
}

/** Takes the id of its session from the browser. */
export function forgetSessionId(response: Response, webUrl: string): void {
  response.clearCookie(SESSION, attributes(webUrl))
}

/** Reads the id of the flow with this state, which only the browser that began it has. */
export function flowIdOf(request: Request, state: string): string | undefined {
  return cookie(request, FLOW + state)
}

/** Gives the browser the id of a flow; each has a cookie of its own, so that sign-ins in two tabs do not meet. */
export function keepFlowId(response: Response, state: string, id: string, webUrl: string): void {
  response.cookie(FLOW + state, id, { ...attributes(webUrl), maxAge: FLOW_TTL * 1000 })
}

/** Takes the id of a flow from the browser. */
export function forgetFlowId(response: Response, state: string, webUrl: string): void {
  response.clearCookie(FLOW + state, attributes(webUrl))
}

function cookie(request: Request, name: string): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[name]
}

// Lax: the callback comes from another site, and a form that another site posts comes without cookies.
function attributes(webUrl: string): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: webUrl.startsWith('https:') }
}
