import type { ErrorCode } from '#lib/oauth/error.ts'
import type { Errors } from './description.ts'

const usual = {
  invalid_request: 'The path, a parameter or the body is malformed, or a parameter is missing or repeated.',
  invalid_token: 'The call has no proof, or its session or web nonce has ended.',
  invalid_dpop_proof: 'The DPoP proof is bad, or was used before.',
  use_dpop_nonce: 'Put the nonce of the header `DPoP-Nonce` into a new proof, and call again.',
  csrf: "The call did not come from a page of Baton's own.",
  slow_down: 'There were too many; call again after `Retry-After`.',
  temporarily_unavailable: 'Something that Baton needs does not answer; call again after `Retry-After`.',
  payload_too_large: 'The body is larger than 64 KiB.',
  misdirected_request: 'The request is for another host.',
} as const satisfies Errors

type Usual = keyof typeof usual

/** These errors, with their usual reasons. */
export function errors(...codes: readonly Usual[]): Errors {
  return Object.fromEntries(codes.map((code) => [code, usual[code]])) satisfies Partial<
    Record<ErrorCode, string>
  >
}

/** The errors of every call with a session or a web nonce. */
export const ofSessions = errors(
  'invalid_token',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'csrf',
  'slow_down',
  'temporarily_unavailable',
)
