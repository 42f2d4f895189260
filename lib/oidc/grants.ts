import type { Config } from '#lib/config/load.ts'
import { sessionOf } from './account.ts'
import type { Context, Grant, OIDCContext } from './types.ts'

type Needs = { config: Pick<Config, 'clients'> }

/** Whether a client is the operator's own, which needs no consent. */
export function isFirstParty({ clientId }: { clientId: string }, { config }: Needs): boolean {
  return config.clients.some(({ client_id, first_party }) => client_id === clientId && first_party)
}

/**
 * What the person has granted this client in this session. A first-party client gets everything that it asks
 * for.
 */
export async function loadGrant(ctx: Context, needs: Needs): Promise<Grant | undefined> {
  const { oidc } = ctx
  if (!oidc.client || !oidc.account || !oidc.session) return undefined
  const { client, account, session, result, provider } = oidc
  // The library would otherwise note the client in a session that is for another one (policy.ts).
  const target = sessionOf(ctx)?.target
  if (target != null && target !== client.clientId) return undefined
  const id = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
  const known = id === undefined ? undefined : await provider.Grant.find(id)
  // A grant of an earlier session in this browser ended with that session.
  const grant = known?.accountId === account.accountId ? known : undefined
  if (!isFirstParty(client, needs)) return grant
  return grantAll(
    oidc,
    grant ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId }),
  )
}

async function grantAll(oidc: OIDCContext, grant: Grant): Promise<Grant> {
  const { requestParamOIDCScopes, requestParamScopes, requestParamClaims, resourceServers = {} } = oidc
  grant.addOIDCScope([...requestParamOIDCScopes].join(' '))
  if (requestParamClaims.size > 0) grant.addOIDCClaims([...requestParamClaims])
  for (const [resource, { scopes }] of Object.entries(resourceServers))
    grant.addResourceScope(resource, [...requestParamScopes].filter((scope) => scopes.has(scope)).join(' '))
  await grant.save()
  return grant
}
