import { lastProvider } from '#lib/callers/last-provider-cookie.ts'
import { noteStraight } from '#lib/callers/straight-cookie.ts'
import { visitBy } from '#lib/callers/visit.ts'
import { providerOrigins } from '#lib/config/form-origins.ts'
import { isFirstRun } from '#lib/config/is-first-run.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import { parameters } from '#lib/http/form.ts'
import { ownPath } from '#lib/http/own-path.ts'
import { askingApplication } from '#lib/oidc/interaction/asking-application.ts'
import type { Runtime } from '#lib/runtime.ts'
import { noteUiLocales } from '../asked-page.ts'
import type { Answer, Call } from '../endpoint.ts'
import { seeOther } from '../leave-for.ts'
import { pageAnswer } from '../show-page.ts'
import { leaveForProvider } from './form.ts'
import { stayOnPage, straightTo } from './straight.ts'

/**
 * `GET /sign-in`: the ways to sign in; with `autoSignIn` straight to the one that there is. Throws
 * `invalid_request`, `slow_down` and `temporarily_unavailable`.
 */
export async function signInPage(call: Call, runtime: Runtime): Promise<Answer> {
  const { config } = runtime
  const { caller, url } = call
  // The home page says what to set.
  if (isFirstRun(config)) return seeOther('/', [])
  const { error, reference, provider, callbackUrl = '/', again } = parameters(url.searchParams)
  const goOn = ownPath(callbackUrl, config.url) ?? '/'
  const cookie = caller.header('cookie')
  const [{ session }, waiting] = await Promise.all([visitBy(cookie, runtime), waitingAt(goOn, runtime)])
  noteUiLocales(caller, waiting?.uiLocales, runtime)
  // What its provider has ended is nothing to go on with.
  const standing = session?.error === undefined ? session?.user : undefined
  const isAgain = again === '1'
  // After a failure, it would fail for ever. Who is signed in may want to go on as they are.
  const mayGo = error === undefined && (!standing || isAgain)
  const straight = mayGo && straightTo(caller, standing !== undefined, config)
  if (straight) {
    const asked = { callbackUrl: goOn, again: isAgain, cookies: [noteStraight(config)] }
    return leaveForProvider(straight, asked, call, runtime)
  }
  const view = {
    application: waiting && askingApplication(waiting, runtime),
    failed: error === undefined ? undefined : { error, reference, provider },
    standing,
    goOn,
    again: isAgain,
    providers: config.providers.map(({ id, name, color, icon }) => ({ id, name, color, icon })),
    lastUsed: lastProvider(cookie, config),
  }
  const formOrigins = config.providers.flatMap(providerOrigins)
  const page = pageAnswer({ name: 'sign-in', view }, runtime, { formOrigins })
  const cookies = stayOnPage(caller, standing !== undefined, config)
  return { ...page, headers: { ...page.headers, ...(cookies.length > 0 && { 'set-cookie': cookies }) } }
}

/** `GET /error`: why a sign-in at a provider did not work. Throws `invalid_request`. */
export async function signInProblemPage({ caller, url }: Call, runtime: Runtime): Promise<Answer> {
  const { error, reference, provider = null, callbackUrl = '' } = parameters(url.searchParams)
  const path = ownPath(callbackUrl)
  const waiting = path === undefined ? undefined : await waitingAt(path, runtime)
  noteUiLocales(caller, waiting?.uiLocales, runtime)
  const view = {
    error,
    reference,
    provider: providerOf(provider, runtime.config)?.name,
    startOver: path === undefined ? '/sign-in' : `/sign-in?${new URLSearchParams({ callbackUrl: path })}`,
  }
  return pageAnswer({ name: 'sign-in-problem', view }, runtime)
}

// Where that cannot be known, the sign-in itself need not fail.
function waitingAt(path: string, { oidc }: Runtime) {
  return oidc.requestAt(path).catch(() => undefined)
}
