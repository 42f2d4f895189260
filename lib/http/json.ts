import { OAuthError } from '#lib/oauth/error.ts'

/**
 * Reads an `application/json` body. Throws `invalid_request` for another media type, for what is no JSON, and
 * for an object that has two members of one name: readers differ in which of them counts (RFC 8259, section
 * 4).
 */
export function readJson(contentType: string | null | undefined, text: string): unknown {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json')
    throw new OAuthError('invalid_request', 'the body must be application/json')
  const value = parsed(text)
  if (hasRepeatedMember(text)) throw new OAuthError('invalid_request', 'a member is repeated')
  return value
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new OAuthError('invalid_request', 'the body is no JSON')
  }
}

// Of text that is known to be JSON.
function hasRepeatedMember(text: string): boolean {
  const objects: Set<string>[] = []
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') objects.push(new Set())
    else if (token === '}') objects.pop()
    else if (name !== undefined) {
      // An escape spells the same name in another way.
      const key = JSON.parse(name)
      const members = objects.at(-1)
      if (members?.has(key)) return true
      members?.add(key)
    }
  }
  return false
}
