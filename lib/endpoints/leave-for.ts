import { leavingPage } from '#lib/http/leaving-page.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Answer, Call } from './endpoint.ts'

/**
 * The answer to a form that leads to another site: a redirect, or for a browser, which says that it loads a
 * page, a page that goes there. `isSecret` keeps the address out of the page.
 */
export function leaveFor(
  location: string,
  { cookies, isSecret = false }: { cookies: string[]; isSecret?: boolean },
  { caller }: Pick<Call, 'caller'>,
  { config }: Runtime,
): Answer {
  if (caller.header('sec-fetch-dest') !== 'document') return seeOther(location, cookies)
  const page = leavingPage(location, config, { isSecret })
  return { ...page, headers: { ...page.headers, 'set-cookie': cookies } }
}

/** A redirect after a form (RFC 9110, section 15.4.4). */
export function seeOther(location: string, cookies: string[]): Answer {
  return { status: 303, headers: { location, 'cache-control': 'no-store', 'set-cookie': cookies } }
}
