import type { ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { isDatabaseAway } from '#lib/db/away.ts'
import { bearerChallenge, dpopChallenge } from '#lib/oauth/challenge.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { causeText } from './cause-text.ts'
import { closeUnlessComplete, endAnswer } from './end-answer.ts'
import { logFailure } from './log-failure.ts'

/** An error as it goes out, and its parts. */
export type ErrorAnswer = {
  status: number
  headers: Record<string, string>
  body: string
  error: string
  description: string
}

/**
 * Turns what was thrown into what the caller may know, and logs the rest. Anything but an `OAuthError` is a
 * bare `server_error`, or `temporarily_unavailable` when the database cannot do its work.
 */
export function errorAnswer(thrown: unknown, log: Logger): ErrorAnswer {
  const error = asRefusal(thrown)
  const { code, description, status, options } = error
  const detail = causeText(options.detail)
  if (!isOAuthError(thrown)) logFailure(log, 'request.failed', { err: thrown, code, description })
  else if (status >= 500) logFailure(log, 'request.failed', { err: thrown, description })
  // A limit says once for each caller and window that it was reached.
  else if (code === 'slow_down') tell(log, 'request.limited', { code, description, detail })
  else tell(log, 'request.refused', { code, description, detail, reason: causeText(options.cause) })

  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  if (status === 401) headers['www-authenticate'] = challengeOf(error)
  if (options.allow) headers.allow = options.allow.join(', ')
  if (status === 503 || status === 429) headers['retry-after'] = String(options.retryAfter ?? 5)
  const body = JSON.stringify({ error: code, error_description: description })
  return { status, headers, body, error: code, description }
}

/** The same as a web response, for route handlers. */
export function errorResponse(thrown: unknown, log: Logger): Response {
  const { status, headers, body } = errorAnswer(thrown, log)
  return new Response(body, { status, headers })
}

/** The same on Node's own response; an answer that has begun can only be broken off. */
export function sendError(res: ServerResponse, thrown: unknown, log: Logger): void {
  sendAnswer(res, errorAnswer(thrown, log))
}

/** Sends the answer of an error as JSON. */
export function sendAnswer(res: ServerResponse, { status, headers, body }: ErrorAnswer): void {
  if (res.headersSent) {
    res.destroy()
    return
  }
  closeUnlessComplete(res)
  res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  endAnswer(res, res.req.method === 'HEAD' ? undefined : body)
}

function challengeOf(error: OAuthError): string {
  const { code, options } = error
  if (code === 'invalid_client') return 'Basic realm="Baton"'
  if (options.byDpop) return dpopChallenge(error)
  return bearerChallenge(options.withoutCredentials ? undefined : error)
}

function asRefusal(thrown: unknown): OAuthError {
  if (isOAuthError(thrown)) return thrown
  if (isDatabaseAway(thrown))
    return new OAuthError('temporarily_unavailable', 'try again shortly', { retryAfter: 5 })
  return new OAuthError('server_error', 'something went wrong here')
}
