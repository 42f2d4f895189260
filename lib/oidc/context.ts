import type { Context, OIDCContext, Params } from './types.ts'

/**
 * The library's view of a request; `undefined` when none of its routes matched, which its types leave out.
 */
export function oidcOf({ oidc }: Context): OIDCContext | undefined {
  return oidc
}

/** The parameters of an authorization request or of a call to an endpoint. */
export function paramsOf({ params }: { params?: Record<string, unknown> | undefined }): Params {
  return (params ?? {}) as Params
}
