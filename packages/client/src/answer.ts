import { BatonError } from './error.ts'
import { parseObject } from './parse-object.ts'
import type { Answer } from './send.ts'

/**
 * Returns the JSON object of a successful answer. Throws `unsupported_response` when a 200 carries none, and
 * what `refusal` makes of any other status.
 */
export function jsonOf(answer: Answer): Record<string, unknown> {
  if (answer.status !== 200) throw refusal(answer)
  const json = read(answer)
  if (!json) throw unsupported('the answer is not a JSON object', answer.status)
  return json
}

/** Returns a member that must be a string with the given syntax. Throws `unsupported_response`. */
export function textOf(json: Record<string, unknown>, name: string, syntax = /./s): string {
  const value = json[name]
  if (typeof value !== 'string' || !syntax.test(value)) throw unsupported(`${name} is missing or malformed`)
  return value
}

/** Returns a member that must be a number of seconds. Throws `unsupported_response`. */
export function secondsOf(json: Record<string, unknown>, name: string): number {
  const value = json[name]
  if (typeof value !== 'number' || !(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw unsupported(`${name} is missing or malformed`)
  return value
}

/**
 * Turns a refusal (RFC 6749, section 5.2) into an error: `signed_out` for a dead bearer token (RFC 6750,
 * section 3.1), else `refused`; `unsupported_response` for an answer that is no OAuth error.
 */
export function refusal(answer: Answer): BatonError {
  const { status } = answer
  const json = read(answer)
  const error = errorCode(json?.error)
  if (!error) return unsupported('the answer is neither a success nor an OAuth error', status)
  if (status === 401 && error === 'invalid_token') return signedOut(status)
  return new BatonError('refused', described(error, json?.error_description), { status, error })
}

/** Returns the OAuth error code of an answer, or `undefined` when it has none. */
export function errorOf(answer: Answer): string | undefined {
  return errorCode(read(answer)?.error)
}

/** The error for a person who is not signed in, or no longer. */
export function signedOut(status?: number): BatonError {
  return new BatonError('signed_out', 'nobody is signed in', { status })
}

/** Returns an OAuth error code, or `undefined` for a value that cannot be one (RFC 6749, section 5.2). */
export function errorCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(value) ? value : undefined
}

/**
 * Describes an OAuth error in the server's words. Removes what could be a token, because some servers repeat
 * what they were sent.
 */
export function described(error: string, description: unknown): string {
  if (typeof description !== 'string' || description === '') return error
  return description
    .replaceAll(/[\w.~+/=-]{32,}/g, '…')
    .replaceAll(/[^ -~\u00a0-\uffff]/g, ' ')
    .slice(0, 300)
}

function unsupported(description: string, status?: number): BatonError {
  return new BatonError('unsupported_response', description, { status })
}

function read({ headers, body }: Answer): Record<string, unknown> | undefined {
  const isJson = /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(headers.get('content-type') ?? '')
  return isJson ? parseObject(new TextDecoder().decode(body)) : undefined
}
