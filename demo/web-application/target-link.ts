import { BadRequest } from './bad-request.ts'

/**
 * Turns `target_link_uri` into an absolute address of the web application; without it the start page's.
 *
 * @throws {BadRequest} when it leads anywhere else: this must be no open redirector (OpenID Connect Core, section 4).
 */
export function targetLink(targetLinkUri: string | undefined, webUrl: string): string {
  const url = URL.parse(targetLinkUri ?? '/', webUrl)
  if (url?.origin !== webUrl) throw new BadRequest('This address leads away from here.')
  // With the origin before it: a path such as //example.com alone would be an address elsewhere.
  return webUrl + url.pathname + url.search + url.hash
}
