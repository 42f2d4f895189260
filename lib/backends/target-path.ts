import { configuredUrl } from '#lib/config/configured-url.ts'
import { OAuthError } from '#lib/oauth/error.ts'

const mostRounds = 4
// Some servers remove path parameters first: to them, `..;x` is `..`.
const dotSegment = /(?:^|[/\\])\.{1,2}(?:;[^/\\]*)?(?:[/\\]|$)/

/**
 * The path and query of a call to a backend: its base path, then the rest of the caller's request target,
 * unchanged byte for byte. Throws `invalid_request` for a path that a lenient backend could read as one
 * outside its base.
 */
export function targetPath(backendUrl: string, rest: string): string {
  const query = rest.indexOf('?')
  const path = query === -1 ? rest : rest.slice(0, query)
  // Visible ASCII alone, as in a request target (RFC 9112, section 3.2), and there neither `#` nor, in a
  // path, `\`.
  if (!/^[\x21-\x7e]*$/.test(rest) || rest.includes('#') || path.includes('\\'))
    throw refused('characters that are not allowed in a URL')
  // After a backend's own address that is another host to lenient readers (RFC 3986, section 4.2).
  if (path.startsWith('//')) throw refused('an empty first segment')
  if (dotSegment.test(fullyDecoded(path))) throw refused('a dot segment')
  const base = configuredUrl(backendUrl).pathname.replace(/\/$/, '')
  return (base + path || '/') + (query === -1 ? '' : rest.slice(query))
}

// Decodes until nothing changes, because some backends and the proxies before them decode twice. It decodes
// ASCII alone: no other character is a dot, a slash or a control character, and an invalid triplet inside
// must not hide a valid one.
function fullyDecoded(path: string): string {
  if (!path.includes('%')) return path
  if (/%(?![0-9a-f]{2})/i.test(path)) throw refused('a bad percent-encoding')
  // An overlong encoding is how a dot or a slash passes for something else (RFC 3629, section 3).
  if (/%(c[01]|e0%[89]|f0%8)/i.test(path)) throw refused('an overlong encoding')
  let text = path
  for (let before = '', round = 0; text !== before; round++) {
    if (round > mostRounds) throw refused('too many layers of percent-encoding')
    before = text
    text = text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
  if (/\p{Cc}/u.test(text)) throw refused('an encoded control character')
  return text
}

function refused(reason: string): OAuthError {
  return new OAuthError('invalid_request', `the path has ${reason}`)
}
