import type { Client, Context, Grant } from 'oidc-provider'
import type { Runtime } from '#lib/runtime.ts'
import { sessionOf } from './account.ts'

/** Whether a client is the operator's own, which nobody has to consent to. */
export function isFirstParty({ clientId }: Client, { config }: Pick<Runtime, 'config'>): boolean {
  return config.clients.some(({ client_id, first_party }) => client_id === clientId && first_party)
}

/** What the person has granted this client in this session; a first-party client has whatever it asks for. */
export async function loadGrant(ctx: Context, needs: Pick<Runtime, 'config'>): Promise<Grant | undefined> {
  const { oidc } = ctx
  if (!oidc?.client || !oidc.account || !oidc.session) return undefined
  const { client, account, session, result, provider } = oidc
  // The library would note the client in a session that does not answer it (policy.ts).
  const target = sessionOf(ctx)?.target
  if (target != null && target !== client.clientId) return undefined
  const consented = result && 'consent' in result ? result.consent?.grantId : undefined
  const id = consented ?? session.grantIdFor(client.clientId)
  const known = id === undefined ? undefined : await provider.Grant.find(id)
  // One of an earlier session in this browser dies with that one.
  const grant = known?.accountId === account.accountId ? known : undefined
  if (!isFirstParty(client, needs)) return grant
  return grantAll(
    oidc,
    grant ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId }),
  )
}

async function grantAll(oidc: NonNullable<Context['oidc']>, grant: Grant): Promise<Grant> {
  const { requestParamOIDCScopes, requestParamScopes, requestParamClaims, resourceServers } = oidc
  grant.addOIDCScope([...requestParamOIDCScopes].join(' '))
  if (requestParamClaims.size > 0) grant.addOIDCClaims([...requestParamClaims])
  for (const [resource, { scopes }] of Object.entries(resourceServers))
    grant.addResourceScope(resource, [...requestParamScopes].filter((scope) => scopes.has(scope)).join(' '))
  await grant.save()
  return grant
}
