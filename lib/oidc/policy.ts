import { type Context, interactionPolicy } from 'oidc-provider'
import { sessionOf } from './account.ts'

const { Check } = interactionPolicy

/** When a person has to be seen before a request is answered: the library's own rules and what Baton's sessions add. */
export function policy() {
  const prompts = interactionPolicy.base()
  const { checks } = prompts.get('login')
  checks.add(new Check('session_ended', 'the session has ended', 'login_required', hasEnded))
  checks.add(
    new Check('other_client', 'the session answers another client alone', 'login_required', isOfOther),
  )
  // Whether a client asks is said of the client (`first_party`), not of its kind.
  prompts.get('consent').checks.remove('native_client_prompt')
  return prompts
}

function hasEnded({ oidc }: Context): boolean {
  return oidc?.session?.accountId !== undefined && oidc.account === undefined
}

// A nonce was issued for one client; what it began is nobody else's.
function isOfOther(ctx: Context): boolean {
  const target = sessionOf(ctx)?.target
  return target != null && target !== ctx.oidc?.client?.clientId
}
