import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'

type Body = { [name: string]: unknown }

/** A token endpoint's answer as Baton reads it. */
export type TokenAnswer = {
  status: number
  headers: Headers
  /** The body with the fields of RFC 6749 in their form; `undefined` where it is no object. */
  body: Body | undefined
  /** Whether the body says nothing at all. */
  isEmpty: boolean
}

/**
 * The answer of a token endpoint, read leniently: by then a code or refresh token is spent, and an answer
 * with an access token must not fail for what else is wrong with it. Fields that are empty, missing, or of
 * another type than RFC 6749 says are put right or left out; an error may come with status 200, with a
 * challenge or as a form. RFC 6749, sections 5.1 and 5.2.
 */
async function readTokenAnswer(response: Response): Promise<TokenAnswer> {
  const { status, headers } = response
  const text = await response.text()
  const body = parsed(text)
  return { status, headers, body: body && putRight(body), isEmpty: /^(null|\{\}|"")?$/.test(text.trim()) }
}

/** The same, with what a type of Auth.js puts right in the answers of its provider. */
export async function readByType(
  { authjs }: Pick<UpstreamProvider, 'authjs'>,
  response: Response,
): Promise<TokenAnswer> {
  const conform = typeof authjs.token === 'object' ? authjs.token.conform : undefined
  // An outage is put right by nobody, and may be no JSON.
  if (!conform || response.status >= 500 || response.status === 429) return readTokenAnswer(response)
  const conforming = await conform(response.clone()).catch(() => undefined)
  return readTokenAnswer(conforming ?? response)
}

/** The same as a response that strict code can read. */
export function strictResponse({ status, body }: Pick<TokenAnswer, 'status' | 'body'>): Response {
  if (!body) return unreadable(status)
  const isError = body.access_token === undefined
  const seen = isError && status < 400 ? 400 : status
  const told = isError && !isText(body.error) ? { ...body, error: 'invalid_request' } : body
  return Response.json(told, { status: isError ? seen : 200 })
}

// A status alone: what it says in the standard's terms, for whoever reads the log.
function unreadable(status: number): Response {
  if (status >= 500) return new Response(null, { status })
  const error = status === 401 ? 'invalid_client' : 'invalid_request'
  const said = { error, error_description: `status ${status} without a body that can be read` }
  return Response.json(said, { status: Math.max(400, status) })
}

// Some servers answer a form whatever one asks for, and some JSON of another media type.
function parsed(text: string): Body | undefined {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Body) : undefined
  } catch {
    const form = new URLSearchParams(text)
    return form.has('access_token') || form.has('error') ? Object.fromEntries(form) : undefined
  }
}

function putRight(body: Body): Body {
  const { access_token, token_type, refresh_token, id_token, scope, expires_in, ...others } = body
  const { error, error_description, ...rest } = others
  const lifetime = Number(Array.isArray(expires_in) ? Number.NaN : expires_in || Number.NaN)
  const token = isText(access_token) ? { access_token, token_type: typeOf(token_type) } : {}
  return {
    ...rest,
    ...token,
    // An error beside an access token is none.
    ...(isText(error) && !isText(access_token) && { error }),
    ...(isText(error_description) && { error_description }),
    ...(isText(refresh_token) && { refresh_token }),
    ...(isText(id_token) && { id_token }),
    ...(isText(joined(scope)) && { scope: joined(scope) }),
    ...(lifetime > 0 && Number.isFinite(lifetime) && { expires_in: lifetime }),
  }
}

// A type that is named and unknown must not be used (RFC 6749, section 7.1).
function typeOf(value: unknown): string {
  return isText(value) ? value : 'bearer'
}

function joined(scope: unknown): unknown {
  return Array.isArray(scope) ? scope.filter(isText).join(' ') : scope
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
