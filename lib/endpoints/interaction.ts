import { readForm } from '#lib/http/form.ts'
import { uidIn } from '#lib/oidc/interaction/step-form.ts'
import type { Exchange } from './endpoint.ts'
import { showView } from './show-view.ts'

/**
 * `/interaction/{uid}`: where an authorization request waits for its person: for an ordinary sign-in, the
 * nonce authenticator, or consent. GET and HEAD spend nothing.
 */
export async function interaction(exchange: Exchange): Promise<void> {
  const { req, res, target, runtime } = exchange
  const uid = uidIn(target)
  const step = uid && (await runtime.oidc.openInteraction(req, res, runtime))
  if (!step || step.uid !== uid) return showView({ state: 'gone' }, exchange)
  const isDecision = req.method === 'POST' && !step.isDecided
  const outcome = await (isDecision
    ? step.take(await readForm(req.headers['content-type'], req))
    : step.look())
  if ('show' in outcome) return showView(outcome.show, exchange)
  res.writeHead(303, { location: outcome.goTo, 'content-length': 0 }).end()
}
