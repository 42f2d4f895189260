import type { Interaction, Result } from 'oidc-provider'
import type { Runtime } from '#lib/runtime.ts'
import type { Standing } from './steps.ts'

type Details = {
  missingOIDCScope?: string[]
  missingOIDCClaims?: string[]
  missingResourceScopes?: Record<string, string[]>
}

/** What an application asks a person for, in words of the page. */
export function consentOf(
  { params, prompt }: Interaction,
  { config }: Pick<Runtime, 'config'>,
): { application: string; scopes: string[] } {
  const client = config.clients.find(({ client_id }) => client_id === params.client_id)
  const { missingOIDCScope = [] } = prompt.details as Details
  return { application: client?.client_name ?? params.client_id ?? '', scopes: missingOIDCScope }
}

/** Writes down what the person has allowed, all that was asked for, or refuses for them. */
export async function grantConsent(
  interaction: Interaction,
  isAllowed: boolean,
  standing: Standing | undefined,
  { oidc }: Pick<Runtime, 'oidc'>,
): Promise<Result> {
  const { params, prompt, grantId } = interaction
  const accountId = standing?.session.accountId
  if (!isAllowed || accountId === undefined || !params.client_id)
    return { error: 'access_denied', error_description: 'the person said no' }
  const { Grant } = oidc.provider
  const known = grantId === undefined ? undefined : await Grant.find(grantId)
  const grant = known?.accountId === accountId ? known : new Grant({ accountId, clientId: params.client_id })
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details as Details
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims)
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {}))
    grant.addResourceScope(resource, scopes.join(' '))
  return { consent: { grantId: await grant.save() } }
}
