import { visitBy } from '#lib/callers/visit.ts'
import { providerOrigins } from '#lib/config/form-origins.ts'
import { isFirstRun } from '#lib/config/is-first-run.ts'
import { parameters } from '#lib/http/form.ts'
import { ownPath } from '#lib/http/own-path.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Answer, Call } from '../endpoint.ts'
import { seeOther } from '../leave-for.ts'
import { pageAnswer } from '../show-page.ts'

/** `GET /sign-in`: the ways to sign in. Throws `invalid_request` and `temporarily_unavailable`. */
export async function signInPage({ caller, url }: Call, runtime: Runtime): Promise<Answer> {
  const { config, oidc } = runtime
  // The home page says what to set.
  if (isFirstRun(config)) return seeOther('/', [])
  const { error, reference, callbackUrl = '/', again } = parameters(url.searchParams)
  const goOn = ownPath(callbackUrl, config.url) ?? '/'
  const [{ session }, application] = await Promise.all([
    visitBy(caller.header('cookie'), runtime),
    // Where that cannot be known, the sign-in itself need not fail.
    oidc.applicationAt(goOn).catch(() => undefined),
  ])
  const view = {
    application,
    error,
    reference,
    // What its provider has ended is nothing to go on with.
    standing: session?.error === undefined ? session?.user : undefined,
    goOn,
    again: again === '1',
    providers: config.providers.map(({ id, name, color }) => ({ id, name, color })),
  }
  const formOrigins = config.providers.flatMap(providerOrigins)
  return pageAnswer({ name: 'sign-in', view }, runtime, { formOrigins })
}

/** `GET /error`: why a sign-in at a provider did not work. Throws `invalid_request`. */
export function signInProblemPage({ url }: Call, runtime: Runtime): Answer {
  const { error, reference, callbackUrl = '' } = parameters(url.searchParams)
  const path = ownPath(callbackUrl)
  const startOver = path === undefined ? '/sign-in' : `/sign-in?${new URLSearchParams({ callbackUrl: path })}`
  return pageAnswer({ name: 'sign-in-problem', view: { error, reference, startOver } }, runtime)
}
