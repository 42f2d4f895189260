import { OAuthError } from '#lib/oauth/error.ts'
import { isUsableSubject } from './subject.ts'

/** Whom a message is about. RFC 9493. */
export type SubjectIdentifier =
  | { format: 'iss_sub'; issuer: string; subject: string }
  | { format: 'email'; email: string }

type Members = Record<string, unknown>

const formats: Record<string, { members: string[]; read(of: Members): SubjectIdentifier | undefined }> = {
  iss_sub: {
    members: ['iss', 'sub'],
    read: ({ iss, sub }) =>
      typeof iss === 'string' && iss !== '' && isUsableSubject(sub)
        ? { format: 'iss_sub', issuer: iss, subject: sub }
        : undefined,
  },
  email: {
    members: ['email'],
    read: ({ email }) => (isAddress(email) ? { format: 'email', email } : undefined),
  },
}

/**
 * Reads the subject identifier that a message has as its `sub_id`, of the format `iss_sub` or `email`. Throws
 * `invalid_request` for any other, and for one with a member that is missing, bad, or not its format's. RFC
 * 9493, sections 3, 3.2 and 4.1.
 */
export function subjectIdentifierOf(message: unknown): SubjectIdentifier {
  const value = isObject(message) ? message.sub_id : undefined
  if (!isObject(value)) throw refused('send a JSON object with a sub_id, which is an object')
  const { format, ...members } = value
  const known = typeof format === 'string' && Object.hasOwn(formats, format) ? formats[format] : undefined
  if (!known) throw refused(`the format of sub_id must be ${Object.keys(formats).join(' or ')}`)
  const strange = Object.keys(members).some((name) => !known.members.includes(name))
  const identifier = strange ? undefined : known.read(members)
  if (!identifier)
    throw refused(`a sub_id of this format has ${known.members.join(' and ')}, and nothing else`)
  return identifier
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// As long as the address that is kept of a person.
function isAddress(value: unknown): value is string {
  const isText =
    typeof value === 'string' && value.isWellFormed() && /^[^@\p{Cc}\s][^\p{Cc}]*@[^@\p{Cc}\s]+$/u.test(value)
  return isText && Buffer.byteLength(value) <= 320
}

function refused(description: string): OAuthError {
  return new OAuthError('invalid_request', description)
}
