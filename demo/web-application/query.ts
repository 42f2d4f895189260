import type { Request } from 'express'

/** Reads the query of a request, repeats too, without reading the rest of its address. */
export function queryOf(request: Request): URLSearchParams {
  return new URLSearchParams(request.originalUrl.split('?').slice(1).join('?'))
}
