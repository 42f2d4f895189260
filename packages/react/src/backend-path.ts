import { failure } from './failure.ts'

// What a URL parser takes for another path (URL Standard, section 4.4): a backslash is a slash, white space
// goes, and dot segments step up. React Native's own `URL` resolves none of it, so nothing is left to one.
const isPlain = (path: string) => /^\/[^\\\s\p{Cc}]*$/u.test(path) && !/\/(\.|%2e){1,2}(\/|$)/i.test(path)

/**
 * The path of Baton's proxy for a path at a backend, without a fragment. Throws `invalid_argument` for one
 * that could lead anywhere else.
 */
export function backendPath(name: string, path: string): string {
  const [sent = ''] = path.split('#')
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name) && isPlain(sent.split('?')[0] ?? ''))
    return `/api/backends/${name}${sent}`
  const description = 'name must be that of a backend, and path begin with / and have no dot segments'
  throw failure('invalid_argument', description)
}
