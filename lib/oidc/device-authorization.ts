import type { BlockList } from 'node:net'
import { errors } from 'oidc-provider'
import { nodeCallerOf } from '#lib/callers/caller.ts'
import { deviceOf } from '#lib/callers/device.ts'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import { noteDevice } from '#lib/devices/ask.ts'
import { giveBackSignIn } from '#lib/limits/device-requests.ts'
import type { Limits } from '#lib/limits/limits.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { deviceCodeGrant } from '#lib/oauth/urns.ts'
import { recordKey } from './adapter.ts'
import { oidcOf, paramsOf } from './context.ts'
import { deviceCodeModel } from './device-code-records.ts'
import { longestRequest } from './longest-request.ts'
import type { Context, Next } from './types.ts'

type Needs = { db: Database; config: Config; limits: Limits; trustedProxies: BlockList }
type Authorized = { device_code: string; user_code: string; verification_uri: string }

/** Seconds between two polls. RFC 8628, section 3.2. */
const interval = 5

/**
 * Middleware that adds Baton's part to device authorization (RFC 8628): what asks is noted for the person who
 * looks at its code, and they do so on Baton's own page. The library's pages are not there. A device that is
 * signed in gives back what its request has counted.
 */
export function deviceAuthorization(needs: Needs) {
  return async (ctx: Context, next: Next): Promise<void> => {
    if (/\/device(\/|$)/.test(ctx.path))
      throw new OAuthError('not_found', 'the OpenID Provider has no such address')
    await next()
    if (ctx.status !== 200) return
    const { route, params } = oidcOf(ctx) ?? {}
    const { grant_type } = paramsOf({ params })
    if (route === 'device_authorization') await note(ctx, needs)
    else if (route === 'token' && grant_type === deviceCodeGrant)
      await giveBackSignIn(nodeCallerOf(ctx.req), needs)
  }
}

/**
 * Refuses a request of a device whose parameters are too long to be stored. The library asks for what it
 * should know of a device just before it stores them; Baton notes that itself. Throws `invalid_request`.
 */
export function refuseLongRequest({ oidc: { params = {} } }: Context): Record<string, never> {
  if (JSON.stringify(params).length > longestRequest)
    throw new errors.InvalidRequest(`the parameters are longer than ${longestRequest} characters together`)
  return {}
}

async function note(ctx: Context, { db, config, trustedProxies }: Needs): Promise<void> {
  const answer = ctx.body as Authorized
  const { client } = ctx.oidc
  const { device_code, user_code } = answer
  const code = {
    hash: recordKey(deviceCodeModel, device_code).hash,
    userCode: user_code.replace('-', ''),
    clientId: client?.clientId ?? '',
    // What the client may have of what it asks for.
    scope: [...ctx.oidc.requestParamOIDCScopes].join(' ') || null,
  }
  await noteDevice(code, deviceOf(nodeCallerOf(ctx.req), trustedProxies), { db })
  const page = `${config.url}/device`
  const complete = `${page}?${new URLSearchParams({ user_code })}`
  ctx.body = { ...answer, verification_uri: page, verification_uri_complete: complete, interval }
}
