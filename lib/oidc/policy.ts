import { interactionPolicy } from 'oidc-provider'
import { sessionOf } from './account.ts'
import { strangerDetails } from './interaction/stranger.ts'
import type { Context } from './types.ts'

const { Check } = interactionPolicy

/** When an authorization request needs its person: the library's own rules, and those of Baton's sessions. */
export function policy() {
  const prompts = interactionPolicy.base()
  const login = promptOf(prompts, 'login')
  const { details } = login
  login.details = async (ctx) => ({ ...(await details(ctx)), ...strangerDetails(ctx.req) })
  const checks = checksOf(prompts, 'login')
  checks.add(new Check('session_ended', 'the session has ended', 'login_required', hasEnded))
  checks.add(
    new Check('other_client', 'the session is for another client', 'login_required', isForOtherClient),
  )
  // Consent depends on the client's `first_party` setting, not on its type.
  checksOf(prompts, 'consent').remove('native_client_prompt')
  return prompts
}

function checksOf(prompts: interactionPolicy.DefaultPolicy, name: string) {
  return promptOf(prompts, name).checks
}

function promptOf(prompts: interactionPolicy.DefaultPolicy, name: string) {
  const prompt = prompts.get(name)
  if (!prompt) throw new Error(`the library has no prompt named ${name}`)
  return prompt
}

function hasEnded({ oidc }: Context): boolean {
  return oidc.session?.accountId !== undefined && oidc.account === undefined
}

// A nonce is issued for one client: the session that it starts is for that client alone.
function isForOtherClient(ctx: Context): boolean {
  const target = sessionOf(ctx)?.target
  return target != null && target !== ctx.oidc.client?.clientId
}
