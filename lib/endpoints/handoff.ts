import {
  dropPageProof,
  keepPageProof,
  latestPageProof,
  readPageProof,
} from '#lib/callers/page-proof-cookie.ts'
import { isOwnForm } from '#lib/callers/same-origin.ts'
import { writeSessionCookie } from '#lib/callers/session-cookie.ts'
import { standingSession } from '#lib/callers/standing-session.ts'
import { applicationName } from '#lib/config/application-name.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { isRandomToken } from '#lib/crypto/random-token.ts'
import type { OpenNonce } from '#lib/db/nonces.ts'
import { initiationOf } from '#lib/handoff/initiation.ts'
import { isVerifierOf, openHandoff } from '#lib/handoff/open-handoff.ts'
import { isFormTokenOf, type PageProof } from '#lib/handoff/page-proof.ts'
import { redeemNonce } from '#lib/handoff/redeem-nonce.ts'
import { parameters, readForm } from '#lib/http/form.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Exchange } from './endpoint.ts'
import { showView } from './show-view.ts'

/**
 * `GET /handoff`: the page of a nonce, which spends nothing. The endpoint decides status, cookies and
 * headers, which a page cannot; Next renders what it found.
 */
export async function lookAtHandoff(exchange: Exchange): Promise<void> {
  const { req, res, target: address, search, runtime } = exchange
  req.url = withoutSlash(address)
  const { config } = runtime
  const { cookie } = req.headers
  const { nonce: asked } = parameters(new URLSearchParams(search))
  const earlier = asked ? await readPageProof(cookie, asked, config) : await latestPageProof(cookie, config)
  const nonce = asked ?? earlier?.nonce
  const standing = await standingSession(req, runtime)
  const opened = nonce && (await openHandoff(nonce, { earlier, standingUserId: standing?.user.id }, runtime))
  if (!nonce || !opened) return showView({ state: 'gone' }, exchange)

  const { user, codeChallenge, target, mustAsk, proof } = opened
  const shown = req.headers['baton-handoff-verifier']
  // Some web views repeat the header at a redirect: without a nonce in the address it has been seen.
  if (asked && codeChallenge !== null && typeof shown === 'string') {
    if (!isVerifierOf(opened, shown)) return showView({ state: 'gone' }, exchange)
    const shownNow = { ...proof, verifier: shown, byHeader: true, shownAt: new Date() }
    return goOn(opened, shownNow, exchange)
  }
  res.setHeader('Set-Cookie', await keepPageProof(proof, config))
  const application = applicationName(target, config)
  return showView(
    {
      state: 'open',
      person: user,
      // The session of this browser is one at Baton, and not at the application.
      standing: target === null && standing && standing.user.id !== user.id ? standing.user : null,
      // The application's own step asks, and says what for.
      mustAsk: target === null && mustAsk,
      bound: codeChallenge !== null && proof.verifier === undefined,
      action: '/handoff',
      fields: { nonce, csrf_token: proof.formToken },
      ...(application && { application }),
    },
    exchange,
  )
}

// With a slash at the path's end Next would redirect, nonce and all, without the headers of this answer.
function withoutSlash(target: string): string {
  return target.replace(/^\/handoff\//, '/handoff')
}

// The verifier is known: from here on the nonce's own cookie says so, and the nonce goes on to its target.
async function goOn(
  nonce: Pick<OpenNonce, 'target' | 'redirectTo'>,
  proof: PageProof,
  exchange: Exchange,
): Promise<void> {
  const { res, runtime } = exchange
  const { config } = runtime
  const initiation = initiationOf({ ...nonce, nonce: proof.nonce }, config)
  // The configuration may have changed since: then there is no address to redirect to.
  if (nonce.target !== null && !initiation) return showView({ state: 'gone' }, exchange)
  const cookies = [
    await keepPageProof(proof, config, { forApplication: initiation !== undefined }),
    ...(initiation ? [dropPageProof(proof.nonce, config)] : []),
  ]
  res.writeHead(303, { location: initiation?.href ?? '/handoff', 'set-cookie': cookies, 'content-length': 0 })
  res.end()
}

/** `POST /handoff`: spends the nonce, once. Throws `csrf`, and what reading the form throws. */
export async function redeemHandoff(exchange: Exchange): Promise<void> {
  const { req, res, target: address, runtime } = exchange
  req.url = withoutSlash(address)
  const { config } = runtime
  const { cookie } = req.headers
  const { nonce = '', csrf_token, verifier } = await readForm(req.headers['content-type'], req)
  const proof = await readPageProof(cookie, nonce, config)
  if (!isOwnForm(req, proof !== undefined && isFormTokenOf(proof, csrf_token)))
    throw new OAuthError('csrf', "the form must be sent from Baton's own page")

  const gone = () => showView({ state: 'gone' }, exchange)
  // A bound nonce of an application is not spent here: its proof goes on with the browser.
  if (proof?.target != null) {
    const opened = await openHandoff(nonce, { earlier: proof }, runtime)
    if (!opened || !isVerifierOf(opened, verifier ?? proof.verifier)) return gone()
    return goOn(opened, { ...proof, ...(verifier && { verifier }) }, exchange)
  }

  const standingSid = (await standingSession(req, runtime))?.id
  const redeemed =
    isRandomToken(nonce) &&
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
