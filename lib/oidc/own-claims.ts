import Provider from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { askClaims, type ClaimsNeeds } from '#lib/hooks/ask-claims.ts'
import { findAccount, sessionOf } from './account.ts'
import { paramsOf } from './context.ts'
import type { Context } from './types.ts'

type Needs = ClaimsNeeds & { db: Database; config: Config }
type Token = { use: 'access_token' | 'id_token'; audience: string }

/** What was asked for a request already, by the token. */
const asked = new WeakMap<Context, Map<string, Promise<Record<string, unknown>>>>()

/** The operator's own claims of a token that is issued to a client; asked once for each in a request. */
export function ownClaims(
  ctx: Context,
  session: LiveSession,
  { clientId, token }: { clientId: string; token: Token },
  needs: ClaimsNeeds,
): Promise<Record<string, unknown>> {
  const known = asked.get(ctx) ?? new Map<string, Promise<Record<string, unknown>>>()
  asked.set(ctx, known)
  const key = JSON.stringify([token.use, token.audience])
  const claims = known.get(key) ?? askClaims(session, { client: { clientId }, token }, needs)
  known.set(key, claims)
  return claims
}

/**
 * Adds the operator's own claims to ID tokens: the library adds what scopes name, and has no place for more.
 */
export function addOwnClaims(provider: Provider, needs: Needs): void {
  if (!needs.hooks.claims) return
  const { issue } = provider.IdToken.prototype
  provider.IdToken.prototype.issue = async function (options) {
    const { ctx, client } = this
    const session = options.use === 'idtoken' && ctx ? sessionOf(ctx) : undefined
    if (session && ctx && client) {
      const { clientId } = client
      const token = { use: 'id_token', audience: clientId } as const
      for (const [name, value] of Object.entries(await ownClaims(ctx, session, { clientId, token }, needs)))
        this.set(name, value)
    }
    return issue.call(this, options)
  }
  for (const model of [provider.AuthorizationCode, provider.RefreshToken, provider.DeviceCode])
    askBeforeUse(model.prototype, needs)
}

type UsedOnce = {
  accountId?: string | undefined
  clientId?: string | undefined
  scope?: string | undefined
  resource?: string | string[] | undefined
  consume(): Promise<void>
}

// What works once is used up before a token is issued for it. A hook that fails then would have cost its
// client the grant, so it is asked first.
function askBeforeUse(model: UsedOnce, needs: Needs): void {
  const { consume } = model
  model.consume = async function (this: UsedOnce) {
    const { accountId, clientId, scope, resource } = this
    const ctx = Provider.ctx
    const account = accountId === undefined ? undefined : await findAccount(accountId, needs)
    if (ctx && account && clientId !== undefined) {
      const wanted = paramsOf(ctx.oidc).resource ?? resource
      const tokens: Token[] = [
        ...(scope?.split(' ').includes('openid') ? [{ use: 'id_token', audience: clientId } as const] : []),
        ...(typeof wanted === 'string' ? [{ use: 'access_token', audience: wanted } as const] : []),
      ]
      for (const token of tokens) await ownClaims(ctx, account.session, { clientId, token }, needs)
    }
    return consume.call(this)
  }
}
