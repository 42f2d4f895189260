import { clientOf } from '#lib/config/client-of.ts'
import type { Config } from '#lib/config/load.ts'
import { sessionOf } from './account.ts'
import { deviceCodeModel } from './device-code-records.ts'
import type { Context, Grant, OIDCContext, Client as OidcClient } from './types.ts'

type Registered = Pick<OidcClient, 'applicationType' | 'clientAuthMethod' | 'redirectUris'>
type Needs = { config: Pick<Config, 'clients'> }

/** Whether a client is the operator's own, which needs no consent. */
export function isFirstParty({ clientId }: { clientId: string }, { config }: Needs): boolean {
  return config.clients.some(({ client_id, first_party }) => client_id === clientId && first_party)
}

/**
 * Whether a code is exchanged for a refresh token as well. A client of others needs the person's word for it
 * (`offline_access`; OpenID Connect Core 1.0, section 11), and a session that began by a hand-off gives one
 * only where the operator says so: it is to stay short. A device has no other way to stay signed in, and its
 * tokens end with its session all the same.
 */
export function getsRefreshToken(
  ctx: Context,
  client: { clientId: string; grantTypeAllowed(type: string): boolean },
  { kind, scopes }: { kind?: string; scopes: Set<string> },
  needs: Needs,
): boolean {
  if (!client.grantTypeAllowed('refresh_token')) return false
  if (!isFirstParty(client, needs) && !scopes.has('offline_access')) return false
  return (
    kind === deviceCodeModel ||
    sessionOf(ctx)?.kind !== 'handoff' ||
    clientOf(client.clientId, needs.config)?.handoff.offline === true
  )
}

/**
 * Whether any app on the person's machine could pass for a client: a native, public one with answers to a
 * loopback address or a scheme of its own (RFC 8252, section 8.6).
 */
function isImpersonable({ applicationType, clientAuthMethod, redirectUris = [] }: Registered): boolean {
  const isNative = applicationType === 'native' && clientAuthMethod === 'none'
  return isNative && redirectUris.some((uri) => !uri.startsWith('https:'))
}

/**
 * What the person has granted this client in this session. A first-party client gets everything that it asks
 * for, unless another app could pass for it: then the person is asked once in a session.
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
  if (!isFirstParty(client, needs) || isImpersonable(client)) return grant
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
