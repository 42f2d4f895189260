import { providerOf } from '#lib/config/provider-of.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Answer, Call } from '../endpoint.ts'
import { leaveFor } from '../leave-for.ts'
import { askAgain, beginSignIn } from './begin.ts'
import { problemPage } from './problem.ts'

/**
 * `POST /sign-in`: the form of the sign-in page begins a sign-in at a provider; where that fails, as when the
 * provider is down, it leads back with an explanation. Throws `invalid_request` and `slow_down`.
 */
export async function signInForm(call: Call, runtime: Runtime): Promise<Answer> {
  const { provider: id = null, callbackUrl = '/', again } = await call.form()
  const provider = providerOf(id, runtime.config)
  if (!provider) throw new OAuthError('invalid_request', 'there is no such provider')
  await runtime.limits.take('signIns', addressKey(call.caller, runtime.trustedProxies))
  try {
    const body = String(new URLSearchParams({ callbackUrl }))
    // An application wants to be sure who is there now.
    const search = again === '1' ? askAgain(provider) : ''
    const { location, cookies } = await beginSignIn(
      provider,
      call,
      { search, body, isOwnForm: true },
      runtime,
    )
    return leaveFor(location, { cookies }, call, runtime)
  } catch (error) {
    return { ...problemPage({ error, provider }, callbackUrl, call, runtime, [], '/sign-in'), status: 303 }
  }
}
