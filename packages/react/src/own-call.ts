import type { BatonError } from '@baton/client'
import { failure } from './failure.ts'

/**
 * Calls an address of Baton's at the page's own origin, with its cookie. Rejects with `network`, or with the
 * reason of the caller's own signal.
 */
export async function ownCall(path: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin' })
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw failure('network', 'no answer from Baton', { cause })
  }
}

/** The JSON of an answer. Rejects with `unsupported_response`, and with what `refusal` makes of a refusal. */
export async function jsonOf(response: Response): Promise<unknown> {
  if (!response.ok) throw await refusal(response)
  return response.json().catch(() => {
    throw failure('unsupported_response', 'the answer is not JSON', { status: response.status })
  })
}

/**
 * Turns a refusal (RFC 6749, section 5.2) into an error: `signed_out`, `refused`, or `unsupported_response`
 * for an answer that is no OAuth error.
 */
export async function refusal(response: Response): Promise<BatonError> {
  const { status } = response
  const { error, error_description } = ((await response.json().catch(() => null)) ?? {}) as Partial<
    Record<string, unknown>
  >
  if (typeof error !== 'string')
    return failure('unsupported_response', 'the answer is neither a success nor an OAuth error', { status })
  if (status === 401 && error === 'invalid_token')
    return failure('signed_out', 'nobody is signed in', { status })
  const description = typeof error_description === 'string' ? error_description : error
  return failure('refused', description, { status, error })
}

/**
 * Whether Baton itself says that nobody is signed in (RFC 6750, section 3). A backend cannot say so: Baton
 * adds a `sandbox` policy to each of its answers.
 */
export function refusesSession({ status, headers }: Response): boolean {
  return (
    status === 401 &&
    /^Bearer\b/i.test(headers.get('www-authenticate') ?? '') &&
    !/\bsandbox\b/i.test(headers.get('content-security-policy') ?? '')
  )
}
