import { InvalidProof, InvalidToken, MissingToken, Unavailable } from './errors.ts'

/** The answer to a caller who is refused. */
type Answer = { status: number; headers: Record<string, string>; body: string }

/**
 * Turns an error of `authenticate` into the answer to the caller. Rethrows any other error.
 * RFC 6750, section 3; RFC 9449, section 7.1; the body is OAuth's (RFC 6749, section 5.2).
 */
export function answerTo(error: unknown): Answer {
  if (error instanceof MissingToken || error instanceof InvalidToken)
    return answer(401, 'invalid_token', error.message, { 'www-authenticate': error.challenge })
  if (error instanceof InvalidProof)
    return answer(401, error.code, error.message, { 'www-authenticate': error.challenge })
  if (error instanceof Unavailable)
    return answer(503, error.code, error.message, { 'retry-after': String(error.retryAfter) })
  throw error
}

/** The same answer as a `Response`. */
export function responseTo(error: unknown): Response {
  const { status, headers, body } = answerTo(error)
  return new Response(body, { status, headers })
}

function answer(status: number, error: string, description: string, more: Record<string, string>): Answer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', ...more }
  return { status, headers, body: JSON.stringify({ error, error_description: description }) }
}
