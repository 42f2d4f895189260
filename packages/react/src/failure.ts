import type { BatonError, ErrorCode } from '@baton/client'

type Details = { status?: number; error?: string; cause?: unknown }

/**
 * An error with the members of the client's `BatonError`. It is not of that class, so that a page without a
 * client loads nothing of `@baton/client`.
 */
export function failure(code: ErrorCode, description: string, details: Details = {}): BatonError {
  const { status, error, cause } = details
  const options = cause === undefined ? undefined : { cause }
  const members = { name: 'BatonError', code, description, status, error } as const
  return Object.assign(new Error(`${code}: ${description}`, options), members)
}

/** Whether an error says that nobody is signed in, or no longer. */
export function isSignedOut(error: unknown): boolean {
  return (error as Partial<BatonError> | undefined)?.code === 'signed_out'
}
