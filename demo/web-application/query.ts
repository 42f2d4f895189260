import type { Request } from 'express'

/** Returns the query of a request, repeated parameters included, without parsing the rest of its URL. */
export function queryOf(request: Request): URLSearchParams {
  return new URLSearchParams(request.originalUrl.split('?').slice(1).join('?'))
}
