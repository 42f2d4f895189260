import type { Endpoint } from '#lib/endpoints/endpoint.ts'
import type { Operation } from './description.ts'
import { type HeaderName, ofApps } from './headers.ts'

/** The headers that an operation's answers have for pages of other origins, and for the next proof. */
export function ofCallers(
  { proofs = [], errorsOfProvider }: Operation,
  { cors, isVisited }: Endpoint,
): readonly HeaderName[] {
  if (cors || (errorsOfProvider && !isVisited)) return ofApps
  return proofs.includes('boundWebNonce') ? ['dpopNonce'] : []
}
