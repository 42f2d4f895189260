import { BatonError } from './error.ts'
import { parseObject } from './parse-object.ts'
import type { Answer } from './send.ts'

/** The JSON object that a good answer is. Throws `unsupported_response`, and what `refusal` makes of any other status. */
export function jsonOf(answer: Answer): Record<string, unknown> {
  if (answer.status !== 200) throw refusal(answer)
  const json = read(answer)
  if (!json) throw unsupported('an answer that should be a JSON object is none', answer.status)
  return json
}

/** A member that must be a text, in the syntax that it has. Throws `unsupported_response`. */
export function textOf(json: Record<string, unknown>, name: string, syntax = /./s): string {
  const value = json[name]
  if (typeof value !== 'string' || !syntax.test(value)) throw unsupported(`${name} is not what it should be`)
  return value
}

/** A member that must be a number of seconds. Throws `unsupported_response`. */
export function secondsOf(json: Record<string, unknown>, name: string): number {
  const value = json[name]
  if (typeof value !== 'number' || !(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw unsupported(`${name} is not what it should be`)
  return value
}

/** What a refusal says (RFC 6749, section 5.2): `signed_out` for a dead bearer token (RFC 6750, section 3.1), else `refused`. */
export function refusal(answer: Answer): BatonError {
  const { status } = answer
  const json = read(answer)
  const error = errorCode(json?.error)
  if (!error) return unsupported('an answer that is neither good nor an OAuth error', status)
  if (status === 401 && error === 'invalid_token') return signedOut(status)
  return new BatonError('refused', described(error, json?.error_description), { status, error })
}

/** The error for a person who is not signed in, or no longer. */
export function signedOut(status?: number): BatonError {
  return new BatonError('signed_out', 'nobody is signed in', { status })
}

/** An OAuth error code, or nothing for what cannot be one (RFC 6749, section 5.2). */
export function errorCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(value) ? value : undefined
}

/** The words for an OAuth error: the server's, without what could be a token, as some repeat what they were sent. */
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
