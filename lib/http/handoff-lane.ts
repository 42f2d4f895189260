import type { IncomingMessage, ServerResponse } from 'node:http'
import { applicationName } from '#lib/config/application-name.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { OpenNonce } from '#lib/db/nonces.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import { initiationOf } from '#lib/handoff/initiation.ts'
import { isNonce } from '#lib/handoff/nonce-syntax.ts'
import { isVerifierOf, openHandoff } from '#lib/handoff/open-handoff.ts'
import { isFormTokenOf, type PageProof } from '#lib/handoff/page-proof.ts'
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

  const { user, codeChallenge, target, mustAsk, proof } = opened
  const application = applicationName(target, config)
  const shown = req.headers['baton-handoff-verifier']
  // Some web views send the header to where they are redirected as well: without the nonce in the address it has been seen.
  if (asked && codeChallenge !== null && typeof shown === 'string') {
    if (!isVerifierOf(opened, shown)) return show({ state: 'gone' })
    return goOn(
      res,
      opened,
      { ...proof, verifier: shown, byHeader: true, shownAt: new Date() },
      runtime,
      show,
    )
  }
  res.setHeader('Set-Cookie', await keepPageProof(proof, config))
  return show({
    state: 'open',
    person: user,
    // What stands here does so at Baton, and not at the application.
    standing: target === null && standing && standing.user.id !== user.id ? standing.user : null,
    // The application's own step asks, and says what for.
    mustAsk: target === null && mustAsk,
    bound: codeChallenge !== null && proof.verifier === undefined,
    action: '/handoff',
    fields: { nonce, csrf_token: proof.formToken },
    ...(application && { application }),
  })
}

// The verifier is known: from here on the nonce's own cookie says so, and the nonce goes on to its target.
async function goOn(
  res: ServerResponse,
  nonce: Pick<OpenNonce, 'target' | 'redirectTo'>,
  proof: PageProof,
  { config }: Runtime,
  show: Show,
) {
  const initiation = initiationOf({ ...nonce, nonce: proof.nonce }, config)
  // A target that cannot begin a sign-in by itself cannot be gone to.
  if (nonce.target !== null && !initiation) return show({ state: 'gone' })
  const cookies = [
    await keepPageProof(proof, config, { forApplication: initiation !== undefined }),
    ...(initiation ? [dropPageProof(proof.nonce, config)] : []),
  ]
  res.writeHead(303, { location: initiation?.href ?? '/handoff', 'set-cookie': cookies, 'content-length': 0 })
  res.end()
}

async function redeem(req: IncomingMessage, res: ServerResponse, runtime: Runtime, show: Show) {
  const { config } = runtime
  const { cookie } = req.headers
  const { nonce = '', csrf_token, verifier } = await readForm(req.headers['content-type'], req)
  const proof = await readPageProof(cookie, nonce, config)
  const ownForm =
    req.headers['sec-fetch-site'] === 'same-origin' || (proof && isFormTokenOf(proof, csrf_token))
  if (!ownForm) throw new OAuthError('csrf', "the form must be sent from Baton's own page")

  const gone = () => {
    // Next renders pages for GET alone.
    req.method = 'GET'
    return show({ state: 'gone' })
  }
  // A bound nonce of an application is not spent here: what this browser has shown goes with it.
  if (proof?.target != null) {
    const opened = await openHandoff(nonce, { earlier: proof }, runtime)
    if (!opened || !isVerifierOf(opened, verifier ?? proof.verifier)) return gone()
    return goOn(res, opened, { ...proof, ...(verifier && { verifier }) }, runtime, gone)
  }

  const standingSid = (await standingSession(req, runtime))?.id
  const redeemed =
    isNonce(nonce) &&
    (await redeemNonce(
      {
        hash: sha256(nonce),
        verifier: verifier ?? proof?.verifier,
        openedAt: proof?.openedAt,
        standingSid,
      },
      runtime,
    ))
  if (!redeemed) return gone()
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
  { db, config }: Pick<Runtime, 'db' | 'config'>,
): Promise<LiveSession | undefined> {
  const token = await readSessionCookie(req.headers.cookie, config)
  return token && findLiveSession(db, token.sid)
}
