import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { OpenInteraction } from '#lib/oidc/interaction/open-interaction.ts'
import type { Runtime } from '#lib/runtime.ts'
import { sendError } from './error-answer.ts'
import { readForm } from './form.ts'
import type { RenderPage } from './handoff-lane.ts'

const address = /^\/interaction\/([A-Za-z0-9_-]{1,64})\/?$/
const allow = ['GET', 'HEAD', 'POST']

/**
 * `/interaction/{uid}`: where an authorization request waits for its person: for an ordinary sign-in, the
 * nonce authenticator, or consent. GET and HEAD spend nothing. Returns `false` for any other address.
 */
export async function interactionLane(
  req: IncomingMessage,
  res: ServerResponse,
  runtime: Runtime,
  render: RenderPage,
): Promise<boolean> {
  const uid = address.exec(req.url?.split('?', 1)[0] ?? '')?.[1]
  if (uid === undefined) return false
  res.setHeader('Referrer-Policy', 'no-referrer')
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('X-Robots-Tag', 'noindex, nofollow, noarchive')
  const show = (view: HandoffView) => {
    // Next renders pages for GET alone.
    req.method = 'GET'
    return runtime.handoffView.run(view, () => render(req, res, view.state === 'gone' ? 410 : 200))
  }
  try {
    if (!allow.includes(req.method ?? ''))
      throw new OAuthError('method_not_allowed', `use ${allow.join(', ')}`, { allow })
    const interaction = await runtime.oidc.openInteraction(req, res, runtime)
    if (interaction?.uid !== uid) {
      await show({ state: 'gone' })
      return true
    }
    const isDecision = req.method === 'POST' && !interaction.isDecided
    const outcome = await (isDecision
      ? interaction.take(await ownForm(req, interaction))
      : interaction.look())
    if ('show' in outcome) await show(outcome.show)
    else res.writeHead(303, { location: outcome.goTo, 'content-length': 0 }).end()
  } catch (error) {
    sendError(res, error, runtime.log)
  }
  return true
}

// The form of this step's own page. Throws `csrf` for a form that another page sent.
async function ownForm(req: IncomingMessage, { hasToken }: OpenInteraction) {
  const form = await readForm(req.headers['content-type'], req)
  if (req.headers['sec-fetch-site'] !== 'same-origin' && !hasToken(form))
    throw new OAuthError('csrf', "the form must be sent from Baton's own page")
  return form
}
