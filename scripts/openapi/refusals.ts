import type { Endpoint, Method } from '#lib/endpoints/endpoint.ts'
import { type ErrorCode, OAuthError } from '#lib/oauth/error.ts'
import type { Errors, Operation } from './description.ts'
import { errors } from './errors.ts'
import { type HeaderName, references } from './headers.ts'
import { ofCallers } from './headers-of-callers.ts'
import type { Response } from './open-api.ts'

/** The refusals of one status: the reasons by their codes. */
export type Reasons = Readonly<Record<string, string>>

/** A response that refuses; `kind` says of what there is besides the error in JSON. */
export type Refused = Response & { codes: string[]; kind: '' | '.page' | '.app' | '.dpop' }

/** The refusals of an operation by their status: its own, and those that follow from its row of the table. */
export function refusalsOf(
  { errors: own = {}, errorsOfProvider = {} }: Operation,
  method: Method,
  row: Endpoint,
): Map<number, Reasons> {
  const found = new Map<number, Reasons>()
  const add = (status: number, reasons: Reasons) => found.set(status, { ...found.get(status), ...reasons })
  for (const [code, reason] of Object.entries({ ...impliedBy(row, method), ...own }))
    add(new OAuthError(code as ErrorCode, '').status, { [code]: reason })
  for (const [status, reasons] of Object.entries(errorsOfProvider)) add(Number(status), reasons)
  return found
}

function impliedBy({ body, csrf, anyHost }: Endpoint, method: Method): Errors {
  return {
    ...errors('invalid_request'),
    ...(body !== 'streamed' && errors('payload_too_large')),
    ...(csrf && method === 'POST' && errors('csrf')),
    ...(!anyHost && errors('misdirected_request')),
  }
}

/** The response of such refusals: an error in JSON, or a page where people come to this row. */
export function refusedWith(status: number, reasons: Reasons, operation: Operation, row: Endpoint): Refused {
  const codes = Object.keys(reasons).toSorted()
  const isPage = (row.isPage || row.isVisited || operation.showsErrors) ?? false
  const own: HeaderName[] = ['noStore', ...ofCallers(operation, row)]
  if (status === 401) own.push('challenge')
  else if (operation.proofs?.includes('accessToken')) own.push('challengeIfAny')
  if (status === 429 || status === 503) own.push('retryAfter')
  if (status === 405) own.push('allow')
  if (isPage) own.push('cookies')
  return {
    codes,
    kind: kindOf(isPage, own),
    description: Object.entries(reasons)
      .map(([code, reason]) => `\`${code}\`: ${reason}`)
      .join(' '),
    headers: references(own),
    content: {
      'application/json': {
        schema: {
          allOf: [{ $ref: '#/components/schemas/OAuthError' }, { properties: { error: { enum: codes } } }],
        },
      },
      ...(isPage && { 'text/html': { schema: { type: 'string' } } }),
    },
  }
}

function kindOf(isPage: boolean, own: readonly HeaderName[]): Refused['kind'] {
  if (isPage) return '.page'
  if (own.includes('allowOrigin')) return '.app'
  return own.includes('dpopNonce') ? '.dpop' : ''
}
