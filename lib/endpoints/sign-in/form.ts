import { providerOf } from '#lib/config/provider-of.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Answer, Call } from '../endpoint.ts'
import { leaveFor } from '../leave-for.ts'
import { askAgain, beginSignIn } from './begin.ts'
import { problemPage } from './problem.ts'

/**
 * `POST /sign-in`: the form of the sign-in page begins a sign-in at a provider. Throws `invalid_request` and
 * `slow_down`.
 */
export async function signInForm(call: Call, runtime: Runtime): Promise<Answer> {
  const { provider: id = null, callbackUrl = '/', again } = await call.form()
  const provider = providerOf(id, runtime.config)
  if (!provider) throw new OAuthError('invalid_request', 'there is no such provider')
  return leaveForProvider(provider, { callbackUrl, again: again === '1' }, call, runtime)
}

type Asked = {
  callbackUrl: string
  /** Whether the provider is to ask once more who the person is. */
  again: boolean
  /** More `Set-Cookie` values. */
  cookies?: string[]
}

/**
 * Begins a sign-in at a provider and leads there; where that fails, as when the provider is down, it leads
 * back to the sign-in page with an explanation. Throws `slow_down`.
 */
export async function leaveForProvider(
  provider: UpstreamProvider,
  { callbackUrl, again, cookies: more = [] }: Asked,
  call: Call,
  runtime: Runtime,
): Promise<Answer> {
  await runtime.limits.take('signIns', addressKey(call.caller, runtime.trustedProxies))
  try {
    const body = String(new URLSearchParams({ callbackUrl }))
    // An application wants to be sure who is there now.
    const search = again ? askAgain(provider) : ''
    const { location, cookies } = await beginSignIn(
      provider,
      call,
      { search, body, isOwnForm: true },
      runtime,
    )
    return leaveFor(location, { cookies: [...cookies, ...more] }, call, runtime)
  } catch (error) {
    return { ...problemPage({ error, provider }, callbackUrl, call, runtime, [], '/sign-in'), status: 303 }
  }
}
