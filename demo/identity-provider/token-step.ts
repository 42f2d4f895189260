import type { EventEmitter } from 'node:events'
import type { KoaContextWithOIDC as Context } from 'oidc-provider'
import type { SigningKey } from './signing-key.ts'
import { widenIdToken } from './widen-id-token.ts'

export type IssuedToken = {
  kind: 'access_token' | 'refresh_token' | 'id_token'
  /** The token as sent to the client. */
  value: string
  clientId: string
  grantType: string
}

type TokenCall = { grantType: string; clientId: string | undefined; status: number }

/** `token` for each token that the identity provider issues, `call` for each answer of its token endpoint. */
export type TokenEvents = EventEmitter<{ token: [IssuedToken]; call: [TokenCall] }>

const KINDS = ['access_token', 'refresh_token', 'id_token'] as const

/**
 * Creates the koa step around the token endpoint. It widens the phone's ID tokens and reports issued tokens
 * to `events`.
 */
export function tokenStep({
  batonUrl,
  signingKey,
  events,
}: {
  batonUrl: string
  signingKey: SigningKey
  events: TokenEvents
}) {
  return async (ctx: Context, next: () => Promise<unknown>): Promise<void> => {
    await next()
    if (ctx.oidc?.route !== 'token') return

    const grantType = String(ctx.oidc.params?.grant_type ?? 'none')
    const clientId = ctx.oidc.client?.clientId
    const answer = (ctx.body ?? {}) as Record<string, string | undefined>

    if (clientId === 'demo-phone' && answer.id_token) {
      const endpoint = `${batonUrl}/api/nonce`
      answer.id_token = await widenIdToken(answer.id_token, { clientId, endpoint, signingKey })
    }

    for (const kind of KINDS) {
      const value = answer[kind]
      if (value && clientId) events.emit('token', { kind, value, clientId, grantType })
    }
    events.emit('call', { grantType, clientId, status: ctx.status })
  }
}
