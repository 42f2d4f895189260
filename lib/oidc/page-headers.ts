import { clientOf } from '#lib/config/client-of.ts'
import { clientOrigins } from '#lib/config/form-origins.ts'
import type { Config } from '#lib/config/load.ts'
import { commonPageHeaders, pagePolicy, withFormOrigins } from '#lib/http/page-headers.ts'
import { oidcOf, paramsOf } from './context.ts'
import type { Context, Next } from './types.ts'

const policy = 'content-security-policy'

/**
 * Middleware that gives the pages which the library shows, its own and `pages.ts`'s, the headers of a page. A
 * form of theirs may lead to the client of the request alone: `form_post`, and the way back after a sign-out.
 */
export function pageHeaders(config: Config) {
  return async (ctx: Context, next: Next): Promise<void> => {
    // The library adds the digest of its script to a policy that is there; the empty list is for that.
    ctx.set(policy, pagePolicy({ 'default-src': "'none'", 'script-src': '' }))
    await next()
    if (!ctx.response.is('html')) return ctx.remove(policy)
    const oidc = oidcOf(ctx)
    const clientId = oidc?.client?.clientId ?? paramsOf({ params: oidc?.params }).client_id
    ctx.set(policy, withFormOrigins(ctx.response.get(policy), clientOrigins(clientOf(clientId, config))))
    ctx.set(commonPageHeaders(config))
    ctx.set('Cache-Control', 'no-store')
    ctx.set('Referrer-Policy', 'no-referrer')
  }
}
