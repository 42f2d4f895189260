import { tellEvents } from '#lib/audit/tell-events.ts'
import { navigationOf } from '#lib/callers/caller.ts'
import { deviceOf } from '#lib/callers/device.ts'
import { keepPageProof, latestPageProof, readPageProof } from '#lib/callers/page-proof-cookie.ts'
import { refuseEmbedded } from '#lib/callers/same-origin.ts'
import { writeSessionCookie } from '#lib/callers/session-cookie.ts'
import { standingSession } from '#lib/callers/standing-session.ts'
import { applicationName } from '#lib/config/application-name.ts'
import { clientOf } from '#lib/config/client-of.ts'
import { clientOrigins } from '#lib/config/form-origins.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { cancelNonce } from '#lib/db/nonce-approval.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { initiationOf } from '#lib/handoff/initiation.ts'
import { isVerifierOf, openHandoff, type SeenNonce } from '#lib/handoff/open-handoff.ts'
import { cancellationOf, formTokenOf, isFormTokenOf, type PageProof } from '#lib/handoff/page-proof.ts'
import { onceMore, type Redeemed, redeemNonce } from '#lib/handoff/redeem-nonce.ts'
import { sourceView } from '#lib/handoff/source-view.ts'
import { whatBecameOf } from '#lib/handoff/unspendable-nonce.ts'
import { parameters, readForm } from '#lib/http/form.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { deviceText } from '#lib/sessions/device.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import type { Exchange } from './endpoint.ts'
import { showView } from './show-view.ts'

/** `GET /handoff`: the page of a nonce, which spends nothing. Throws `slow_down`. */
export async function lookAtHandoff(exchange: Exchange): Promise<void> {
  const { req, search, caller, runtime } = exchange
  refuseEmbedded(caller)
  await countHandoff(exchange)
  const { config, trustedProxies } = runtime
  const { cookie } = req.headers
  const { nonce: asked } = parameters(new URLSearchParams(search))
  const earlier = asked
    ? await readPageProof(cookie, sha256(asked), config)
    : await latestPageProof(cookie, config)
  const nonce = asked ?? earlier?.nonce
  if (!nonce) return showView({ state: 'gone' }, exchange)
  const standing = await standingSession(req, runtime)
  const look = { standingUserId: standing?.user.id, device: deviceOf(caller, trustedProxies) }
  const seen = await openHandoff({ nonce, proof: earlier }, look, runtime)
  // Some web views repeat the header at a redirect: without a nonce in the address it has been seen.
  const header = asked ? caller.header('baton-handoff-verifier') : undefined
  if (seen?.isFar) return showView({ state: 'far' }, exchange)
  if (seen && (header === undefined || seen.codeChallenge === null || isVerifierOf(seen, header)))
    return showOpen(seen, { nonce, header, standing }, exchange)

  const attempt = {
    hash: sha256(nonce),
    proof: earlier,
    verifier: header ?? earlier?.verifier,
    target: null,
    device: look.device,
    by: header === undefined ? navigationOf(caller) : ('header' as const),
  }
  const found = await whatBecameOf(attempt, runtime)
  if (found.state === 'onward' && earlier) return goOn(found, earlier, exchange)
  return finish(await onceMore(found, standing, runtime), exchange)
}

type Opened = {
  nonce: string
  header?: string | undefined
  standing: LiveSession | undefined
  status?: number
}

async function showOpen(
  seen: SeenNonce,
  { nonce, header, standing, status }: Opened,
  exchange: Exchange,
): Promise<void> {
  const { req, res, runtime } = exchange
  const { config } = runtime
  const { user, codeChallenge, target, mustAsk, proof, asking } = seen
  if (header !== undefined && codeChallenge !== null)
    return goOn(seen, { ...proof, verifier: header, byHeader: true, shownAt: new Date() }, exchange)
  res.setHeader('Set-Cookie', await keepPageProof(proof, req.headers.cookie, config))
  const form = { action: '/handoff', fields: { nonce, csrf_token: formTokenOf(proof) } }
  const name = applicationName(target, config)
  const application = name === undefined ? {} : { application: name }
  // Of an application's nonce, its own step asks.
  if (asking !== undefined && target === null)
    return showView({ state: 'asking', person: user, number: asking, ...form, ...application }, exchange, {
      ...(status !== undefined && { status }),
    })
  return showView(
    {
      state: 'open',
      person: user,
      // The session of this browser is one at Baton, and not at the application.
      standing: target === null && standing && standing.user.id !== user.id ? standing.user : null,
      // The application's own step asks, and says what for.
      mustAsk: target === null && mustAsk,
      bound: codeChallenge !== null && proof.verifier === undefined,
      source: sourceView(seen, config),
      hasAsked: proof.hasAsked === true,
      ...form,
      ...application,
    },
    exchange,
    { formOrigins: clientOrigins(clientOf(target, config)) },
  )
}

// The verifier is known: from here on the nonce's own cookie says so, and the nonce goes on to its target.
async function goOn(
  { target, redirectTo }: Pick<SeenNonce, 'target' | 'redirectTo'>,
  proof: PageProof,
  exchange: Exchange,
): Promise<void> {
  const { req, res, runtime } = exchange
  const { config } = runtime
  const { nonce } = proof
  // Its proof is right: the step or the page that follows counts.
  await giveBackHandoff(exchange, 1)
  const initiation = nonce === undefined ? undefined : initiationOf({ nonce, target, redirectTo }, config)
  // The configuration may have changed since: then there is no address to redirect to.
  if (target !== null && !initiation) return showView({ state: 'gone' }, exchange)
  res.writeHead(303, {
    location: initiation?.href ?? '/handoff',
    'set-cookie': await keepPageProof(proof, req.headers.cookie, config),
    'content-length': 0,
  })
  res.end()
}

/**
 * `POST /handoff`: spends the nonce, once, asks the source for approval first where the nonce needs it, or
 * cancels it. Throws `csrf`, `slow_down`, and what reading the form throws.
 */
export async function redeemHandoff(exchange: Exchange): Promise<void> {
  const { req, res, caller, runtime } = exchange
  await countHandoff(exchange)
  const { config, trustedProxies } = runtime
  const { cookie } = req.headers
  const { nonce = '', csrf_token, verifier, answer } = await readForm(req.headers['content-type'], req)
  const proof = await readPageProof(cookie, sha256(nonce), config)
  if (!proof || !isFormTokenOf(proof, csrf_token))
    throw new OAuthError('csrf', "the form must be sent from Baton's own page")

  if (answer === 'cancel') {
    const cancelled = deviceText(deviceOf(caller, trustedProxies))
    tellEvents(await cancelNonce(runtime.db, cancellationOf(proof, verifier), cancelled), runtime)
    res.writeHead(303, { location: '/', 'content-length': 0 }).end()
    return
  }
  const standing = await standingSession(req, runtime)
  const device = deviceOf(caller, trustedProxies)
  const shown = verifier ?? proof.verifier
  // A page that waits sends its form again, and the verifier is in the first one alone.
  const kept = { ...proof, ...(shown !== undefined && { verifier: shown }) }
  const look = (as: PageProof) =>
    openHandoff({ nonce, proof: as }, { standingUserId: standing?.user.id, device }, runtime)
  // A bound nonce of an application is not spent here: its proof goes on with the browser.
  if (proof.target != null) {
    const seen = await look(proof)
    if (seen && isVerifierOf(seen, shown)) return goOn(seen, kept, exchange)
    const attempt = { hash: sha256(nonce), proof, verifier: shown, target: null, device }
    const found = await whatBecameOf({ ...attempt, by: 'form' }, runtime)
    if (found.state === 'onward') return goOn(found, proof, exchange)
    return showView({ state: 'gone', as: found.state === 'gone' ? found.as : undefined }, exchange)
  }
  const redeemed = await redeemNonce({ proof, verifier: shown, device, standing }, runtime)
  const seen = redeemed.state === 'asking' ? await look(kept) : undefined
  // A page that waits for approval sends its form again and again.
  if (seen) await giveBackHandoff(exchange, 1)
  return seen ? showOpen(seen, { nonce, standing, status: 202 }, exchange) : finish(redeemed, exchange)
}

async function finish(answer: Redeemed, exchange: Exchange): Promise<void> {
  const { req, res, runtime } = exchange
  if (answer.state === 'asking') return showView({ state: 'gone' }, exchange)
  if (answer.state !== 'redeemed') return showView(answer, exchange)
  noteRequest({ sid: answer.session.sid })
  if (answer.isFirst) await giveBackHandoff(exchange, pageAndForm)
  const cookies = writeSessionCookie(answer.session, req.headers.cookie, runtime.config)
  res.writeHead(303, { location: answer.redirectTo, 'set-cookie': cookies, 'content-length': 0 }).end()
}

/** What a hand-off that succeeds has counted. */
const pageAndForm = 2

function countHandoff({ caller, runtime }: Exchange): Promise<void> {
  return runtime.limits.take('handoffs', addressKey(caller, runtime.trustedProxies))
}

function giveBackHandoff({ caller, runtime }: Exchange, times: number): Promise<void> {
  return runtime.limits.giveBack('handoffs', addressKey(caller, runtime.trustedProxies), times)
}
