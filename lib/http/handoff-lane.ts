import type { IncomingMessage, ServerResponse } from 'node:http'
import { sha256 } from '#lib/crypto/digest.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import { isNonce } from '#lib/handoff/nonce-syntax.ts'
import { openHandoff } from '#lib/handoff/open-handoff.ts'
import { isFormTokenOf } from '#lib/handoff/page-proof.ts'
import { redeemNonce } from '#lib/handoff/redeem-nonce.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { sendError } from './error-answer.ts'
import { parameters, readForm } from './form.ts'
import { dropPageProof, keepPageProof, latestPageProof, readPageProof } from './handoff-cookie.ts'
import { readSessionCookie, writeSessionCookie } from './session-cookie.ts'

const allow = ['GET', 'HEAD', 'POST']

/** Renders Next's page for the request as it is now, with this status. */
export type RenderPage = (req: IncomingMessage, res: ServerResponse, status: number) => Promise<void>

/**
 * `/handoff`: the page of a nonce, which spends nothing, and the POST that spends it. The lane decides status,
 * cookies and headers, which a page cannot; Next renders what it found. Returns `false` when the address is another.
 */
export async function handoffLane(
  req: IncomingMessage,
  res: ServerResponse,
  runtime: Runtime,
  render: RenderPage,
): Promise<boolean> {
  const [path, query = ''] = (req.url ?? '').split(/\?(.*)/s)
  // With a slash at its end Next would redirect, nonce and all, without the headers that follow here.
  if (path === '/handoff/') req.url = query ? `/handoff?${query}` : '/handoff'
  else if (path !== '/handoff') return false
  // Nothing of this address is to be kept, indexed, or named to the next site.
  res.setHeader('Referrer-Policy', 'no-referrer')
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('X-Robots-Tag', 'noindex, nofollow, noarchive')
  try {
    if (!allow.includes(req.method ?? ''))
      throw new OAuthError('method_not_allowed', `use ${allow.join(', ')}`, { allow })
    const show = (view: HandoffView) =>
      runtime.handoffView.run(view, () => render(req, res, view.state === 'gone' ? 410 : 200))
    if (req.method === 'POST') await redeem(req, res, runtime, show)
    else await look(req, res, new URLSearchParams(query), runtime, show)
  } catch (error) {
    sendError(res, error, runtime.log)
  }
  return true
}

type Show = (view: HandoffView) => Promise<void>

async function look(
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
  runtime: Runtime,
  show: Show,
) {
  const { config } = runtime
  const { cookie } = req.headers
  const { nonce: asked } = parameters(query)
  const earlier = asked ? await readPageProof(cookie, asked, config) : await latestPageProof(cookie, config)
  const nonce = asked ?? earlier?.nonce
  const standing = await standingSession(req, runtime)
  const opened = nonce && (await openHandoff(nonce, { earlier, standingUserId: standing?.user.id }, runtime))
  if (!nonce || !opened) return show({ state: 'gone' })

  const { user, bound, mustAsk, proof } = opened
  res.setHeader('Set-Cookie', await keepPageProof(proof, config))
  return show({
    state: 'open',
    person: user,
    standing: standing && standing.user.id !== user.id ? standing.user : null,
    mustAsk,
    bound,
    action: '/handoff',
    fields: { nonce, csrf_token: proof.formToken },
  })
}

async function redeem(req: IncomingMessage, res: ServerResponse, runtime: Runtime, show: Show) {
  const { config } = runtime
  const { cookie } = req.headers
  const { nonce = '', csrf_token, verifier } = await readForm(req.headers['content-type'], req)
  const proof = await readPageProof(cookie, nonce, config)
  const ownForm =
    req.headers['sec-fetch-site'] === 'same-origin' || (proof && isFormTokenOf(proof, csrf_token))
  if (!ownForm) throw new OAuthError('csrf', "the form must be sent from Baton's own page")

  const standingSid = (await standingSession(req, runtime))?.id
  const redeemed =
    isNonce(nonce) &&
    (await redeemNonce({ hash: sha256(nonce), verifier, openedAt: proof?.openedAt, standingSid }, runtime))
  if (!redeemed) {
    // Next renders pages for GET alone.
    req.method = 'GET'
    return show({ state: 'gone' })
  }
  const session = writeSessionCookie(redeemed.session, cookie, config)
  res.writeHead(303, {
    location: redeemed.redirectTo,
    'set-cookie': [...session, dropPageProof(nonce, config)],
  })
  res.end()
}

/** The session that stands in the browser that asks. */
export async function standingSession(
  req: IncomingMessage,
  { db, config }: Runtime,
): Promise<LiveSession | undefined> {
  const token = await readSessionCookie(req.headers.cookie, config)
  return token && findLiveSession(db, token.sid)
}
