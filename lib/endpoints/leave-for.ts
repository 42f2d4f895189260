import type { Runtime } from '#lib/runtime.ts'
import type { Answer, Call } from './endpoint.ts'
import { pageAnswer } from './show-page.ts'

/**
 * The answer to a form that leads to another site: a redirect, or for a browser, which says that it loads a
 * page, a page that goes there at once. Chromium holds the whole chain of redirects after a form to the
 * page's `form-action`, and nobody knows where a provider sends a person from its first address on; at that
 * page the chain ends. A secret address, one with an ID token in it, is in a header alone, as in a redirect;
 * any other is a link as well, for browsers that do not go on by themselves.
 */
export function leaveFor(
  location: string,
  { cookies, isSecret = false }: { cookies: string[]; isSecret?: boolean },
  { caller }: Pick<Call, 'caller'>,
  runtime: Runtime,
): Answer {
  if (caller.header('sec-fetch-dest') !== 'document') return seeOther(location, cookies)
  const view = { host: new URL(location).host, address: isSecret ? undefined : location }
  const page = pageAnswer({ name: 'leaving', view }, runtime)
  const leaving = { 'Referrer-Policy': 'no-referrer', refresh: `0;url=${location}`, 'set-cookie': cookies }
  return { ...page, headers: { ...page.headers, ...leaving } }
}

/** A redirect after a form (RFC 9110, section 15.4.4). */
export function seeOther(location: string, cookies: string[]): Answer {
  return { status: 303, headers: { location, 'cache-control': 'no-store', 'set-cookie': cookies } }
}
