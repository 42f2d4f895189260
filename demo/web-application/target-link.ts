import { BadRequest } from './bad-request.ts'

/**
 * Turns `target_link_uri` into an absolute URL of the web application. Without it, returns the start page.
 *
 * @throws {BadRequest} when it leads elsewhere: this must not be an open redirector (OpenID Connect Core,
 * section 4).
 */
export function targetLink(targetLinkUri: string | undefined, webUrl: string): string {
  const url = URL.parse(targetLinkUri ?? '/', webUrl)
  if (url?.origin !== webUrl) throw new BadRequest('This address leads to another site.')
  // The origin comes first: a path such as //example.com alone would lead elsewhere.
  return webUrl + url.pathname + url.search + url.hash
}
