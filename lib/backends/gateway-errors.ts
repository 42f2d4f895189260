import type { Backend } from '#lib/config/backends.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'

/** The reason when a call ends because its caller has left. */
export const callerLeft = new Error('the caller has left')

/** The refusal of a call whose caller has left; nobody gets it. */
export function leftByCaller(): OAuthError {
  return new OAuthError('bad_gateway', 'the caller has left', { cause: callerLeft })
}

/** The reason when a call times out because its caller, not its backend, stalled. */
export const callerStalled = new Error('the caller sent no more of its body')

/** The refusal of a call whose caller is too slow. */
export function stalled({ name }: Backend, how: string): OAuthError {
  const detail = `${name}: ${how}`
  return new OAuthError('gateway_timeout', 'the request body stalled', { detail, cause: callerStalled })
}

/** The refusal of a call whose backend is. */
export function silent({ name }: Backend, how: string): OAuthError {
  return new OAuthError('gateway_timeout', 'the backend did not answer in time', {
    detail: `${name}: ${how}`,
  })
}

/** The refusal of a body that is larger than the backend accepts. */
export function tooLarge({ maxBodyBytes }: Backend): OAuthError {
  return new OAuthError('payload_too_large', `the body is larger than ${maxBodyBytes} bytes`)
}

/** The refusal of a call that failed on its way to the backend or back. */
export function gatewayError(error: unknown, backend: Backend): OAuthError {
  if (isOAuthError(error)) return error
  const { code } = error as { code?: unknown }
  return code === 'UND_ERR_CONNECT_TIMEOUT'
    ? new OAuthError('gateway_timeout', 'the backend did not answer in time', {
        cause: error,
        detail: backend.name,
      })
    : new OAuthError('bad_gateway', 'the backend could not be reached', {
        cause: error,
        detail: backend.name,
      })
}
