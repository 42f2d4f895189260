import { paramsOf } from '../context.ts'
import type { Result } from '../types.ts'
import { askingApplication } from './asking-application.ts'
import { decide } from './decide.ts'
import type { Outcome, Step } from './step.ts'
import { formOf } from './step-form.ts'

type Details = {
  missingOIDCScope?: string[]
  missingOIDCClaims?: string[]
  missingResourceScopes?: Record<string, string[]>
}

/** Shows which application asks for access, and to what. */
export async function lookAtConsent(step: Step): Promise<Outcome> {
  const { interaction, standing, needs } = step
  const { missingOIDCScope: scopes = [] } = interaction.prompt.details as Details
  const { client_id: clientId = '', redirect_uri: redirectUri } = paramsOf(interaction)
  const application = askingApplication({ clientId, redirectUri }, needs)
  const person = standing?.live?.user ?? null
  return { show: { state: 'consent', application, person, scopes, ...formOf(step) } }
}

/** Takes the person's answer: `allow`, or anything else for a refusal. */
export function takeConsent(step: Step, { answer }: Record<string, string | undefined>): Promise<Outcome> {
  return decide(step, async () => ({ result: await consentResult(step, answer === 'allow') }))
}

// Grants everything that was asked for.
async function consentResult({ provider, interaction, standing }: Step, isAllowed: boolean): Promise<Result> {
  const { prompt, grantId } = interaction
  const { client_id: clientId } = paramsOf(interaction)
  const accountId = standing?.session.accountId
  if (!isAllowed || accountId === undefined || !clientId)
    return { error: 'access_denied', error_description: 'the person denied access' }
  const { Grant } = provider
  const known = grantId === undefined ? undefined : await Grant.find(grantId)
  const grant = known?.accountId === accountId ? known : new Grant({ accountId, clientId })
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details as Details
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims)
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {}))
    grant.addResourceScope(resource, scopes.join(' '))
  return { consent: { grantId: await grant.save() } }
}
