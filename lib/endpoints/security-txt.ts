import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Answer, Call } from './endpoint.ts'

const day = 86_400_000
/** Days for which the file stands: less than a year (RFC 9116, section 2.5.5). */
const standsFor = 180

/**
 * `GET /.well-known/security.txt`: where to report a vulnerability. RFC 9116, section 2.5. Throws `not_found`
 * where the configuration does not say.
 */
export function securityTxt(_: Call, { config: { securityContact, url } }: Runtime): Answer {
  if (!securityContact) throw new OAuthError('not_found', 'there is no security.txt here')
  // The same all day.
  const expires = new Date((Math.floor(Date.now() / day) + standsFor) * day)
  const lines = [
    ...securityContact.map((contact) => `Contact: ${contact}`),
    `Expires: ${expires.toISOString()}`,
    `Canonical: ${url}/.well-known/security.txt`,
    'Preferred-Languages: en',
  ]
  return {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
    },
    body: `${lines.join('\n')}\n`,
  }
}
