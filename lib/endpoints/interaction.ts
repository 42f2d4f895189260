import { deviceOf } from '#lib/callers/device.ts'
import { refuseEmbedded } from '#lib/callers/same-origin.ts'
import { clientOf } from '#lib/config/client-of.ts'
import { clientOrigins } from '#lib/config/form-origins.ts'
import { readForm } from '#lib/http/form.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import { uidIn } from '#lib/oidc/interaction/step-form.ts'
import { noteUiLocales } from './asked-page.ts'
import type { Exchange } from './endpoint.ts'
import { showView } from './show-view.ts'

/**
 * `/interaction/{uid}`: where an authorization request waits for its person: for an ordinary sign-in, the
 * nonce authenticator, or consent. GET and HEAD spend nothing. Throws `slow_down`.
 */
export async function interaction(exchange: Exchange): Promise<void> {
  const { req, res, target, caller, runtime } = exchange
  const { limits, trustedProxies } = runtime
  const address = addressKey(caller, trustedProxies)
  refuseEmbedded(caller)
  await limits.take('handoffs', address)
  const uid = uidIn(target)
  const device = deviceOf(caller, trustedProxies)
  const step = uid && (await runtime.oidc.openInteraction(req, res, { uid, device }, runtime))
  if (!step) return showView({ state: 'over' }, exchange)
  noteUiLocales(caller, step.uiLocales, runtime)
  const isDecision = req.method === 'POST' && !step.isDecided
  const outcome = await (isDecision
    ? step.take(await readForm(req.headers['content-type'], req))
    : step.look())
  if (outcome.cookies) res.setHeader('Set-Cookie', outcome.cookies)
  if ('goTo' in outcome) {
    if (outcome.isDone) {
      // A form comes after its page, and who has signed in comes for the second time.
      const isSecond = isDecision || (step.kind === 'sign-in' && step.countedIn !== undefined)
      await limits.giveBack('handoffs', address, isSecond ? 2 : 1)
      if (step.countedIn !== undefined) await limits.giveBack('signIns', address)
      await limits.giveBack('requestsOfStrangers', step.countedIn)
    }
    res.writeHead(303, { location: outcome.goTo, 'content-length': 0 }).end()
    return
  }
  // A page that waits for approval sends its form again and again.
  if (outcome.status === 202) await limits.giveBack('handoffs', address)
  const { show, status } = outcome
  const formOrigins = clientOrigins(clientOf(step.clientId, runtime.config))
  return showView(show, exchange, { ...(status !== undefined && { status }), formOrigins })
}
