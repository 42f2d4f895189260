import { tellEvents } from '#lib/audit/tell-events.ts'
import { navigationOf, nodeCallerOf } from '#lib/callers/caller.ts'
import { keepPageProof, readPageProof } from '#lib/callers/page-proof-cookie.ts'
import { applicationName } from '#lib/config/application-name.ts'
import { clientOf } from '#lib/config/client-of.ts'
import type { Client } from '#lib/config/clients.ts'
import type { Config } from '#lib/config/load.ts'
import { cancelNonce } from '#lib/db/nonce-approval.ts'
import type { SpentNonce } from '#lib/db/nonce-spending.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import { askSource } from '#lib/handoff/ask-source.ts'
import { lookAtNonce, type SeenNonce } from '#lib/handoff/open-handoff.ts'
import { cancellationOf, type PageProof } from '#lib/handoff/page-proof.ts'
import { redeemNonceAtClient } from '#lib/handoff/redeem-nonce-at-client.ts'
import { sourceView } from '#lib/handoff/source-view.ts'
import { tellRedeemed, tellRefused } from '#lib/handoff/tell-attempt.ts'
import { type Attempt, whatBecameOf } from '#lib/handoff/unspendable-nonce.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { deviceText } from '#lib/sessions/device.ts'
import { paramsOf } from '../context.ts'
import type { Interaction, Result } from '../types.ts'
import { requestedNonceAcr } from './acr.ts'
import { type Decision, decide } from './decide.ts'
import type { Outcome, Step } from './step.ts'
import { formOf } from './step-form.ts'

/** What the client gets for an invalid nonce, whatever the reason. */
const unmet: Result = {
  error: 'unmet_authentication_requirements',
  error_description: 'the nonce is not valid here, or no longer valid',
}

const cancelled: Result = { error: 'access_denied', error_description: 'the person did not continue' }

/** The `acr` for which a step needs the nonce authenticator; `undefined` for any other step. */
export function nonceAcrOf(interaction: Interaction, config: Pick<Config, 'handoff'>): string | undefined {
  return interaction.prompt.name === 'login' ? requestedNonceAcr(paramsOf(interaction), config) : undefined
}

/**
 * Shows whom the nonce of the request signs in. A browser that has redeemed it before goes on with the
 * session that it got. Ends the step when this client cannot use the nonce, or its person signed in longer
 * ago than `max_age` allows.
 */
export async function lookAtNonceStep(step: Step): Promise<Outcome> {
  return show(step, await pageProofOf(step))
}

async function show(step: Step, proof: PageProof | undefined): Promise<Outcome> {
  const { req, standing, needs } = step
  const target = targetOf(step)
  const seen = target && (await seenNonceOf(step, target, proof))
  const by = navigationOf(nodeCallerOf(req))
  if (!target || !seen) return endStep(step, target, { proof, verifier: proof?.verifier, by })
  if (seen.isFar) return { show: { state: 'far' } }
  const { user, mustAsk, codeChallenge, asking } = seen
  const application = applicationName(target.client_id, needs.config)
  const shown = { person: user, ...formOf(step), ...(application && { application }) }
  const cookies = await keepPageProof(seen.proof, req.headers.cookie, needs.config)
  if (asking !== undefined) return { cookies, show: { state: 'asking', number: asking, ...shown } }
  const other = standing?.live && standing.live.user.id !== user.id ? standing.live.user : null
  return {
    cookies,
    show: {
      state: 'open',
      standing: other,
      mustAsk,
      bound: codeChallenge !== null && seen.proof.verifier === undefined,
      source: sourceView(seen, needs.config),
      ...shown,
    },
  }
}

/**
 * Redeems the nonce: starts a session of Baton's that is for this client alone, and signs the person in with
 * it. Where the nonce needs the source's approval, asks for that first. The result is an error when the nonce
 * is no longer valid, or the person cancels.
 */
export async function takeNonceStep(step: Step, form: Record<string, string | undefined>): Promise<Outcome> {
  const target = targetOf(step)
  const proof = await pageProofOf(step)
  // Without an opened page, `max_age` was not checked and the person was not asked.
  const seen = target && proof && (await seenNonceOf(step, target, proof))
  if (form.answer === 'cancel' && proof) {
    const device = deviceText(step.device)
    tellEvents(await cancelNonce(step.needs.db, cancellationOf(proof, form.verifier), device), step.needs)
    return decide(step, async () => ({ result: cancelled }))
  }
  const verifier = form.verifier ?? proof?.verifier
  const attempt = { proof, verifier, by: 'form' } as const
  if (!target || !proof || !seen) return endStep(step, target, attempt)
  if (seen.isFar) return { show: { state: 'far' } }
  if (!seen.isApproved) {
    const place = { target: target.client_id, device: step.device }
    const number = await askSource({ proof, verifier, ...place }, step.needs)
    if (typeof number !== 'string') return endStep(step, target, attempt)
    // A page that waits sends its form again, and the verifier is in the first one alone.
    return { status: 202, ...(await show(step, { ...proof, ...(verifier !== undefined && { verifier }) })) }
  }
  try {
    const spent: SpentNonce[] = []
    const outcome = await decide(step, async (tx) => {
      const redeemed = await redeemNonceAtClient(
        { proof, verifier, target: target.client_id, device: step.device },
        tx,
        step.needs.config,
      )
      if (!redeemed) throw new NotRedeemed()
      spent.push(redeemed)
      return signedIn(step.interaction, step.needs.config, redeemed)
    })
    for (const each of spent) tellRedeemed(each, step.needs)
    return outcome
  } catch (error) {
    // The step is undecided again. Another tab of this browser may have spent the nonce meanwhile.
    if (error instanceof NotRedeemed) return endStep(step, target, attempt)
    throw error
  }
}

class NotRedeemed extends Error {}

/**
 * Ends a step whose nonce cannot be redeemed: with the session that this browser got from it before, else
 * with an error.
 */
async function endStep(
  step: Step,
  target: Client | undefined,
  attempt: Pick<Attempt, 'proof' | 'verifier' | 'by'>,
): Promise<Outcome> {
  const { interaction, device, needs } = step
  const found = target && (await whatBecameOf({ ...attempt, ...placeOf(step, target) }, needs))
  if (found?.state === 'unapproved') await tellRefused(hashOf(interaction), 'too_old', device, needs)
  const session = found?.state === 'again' ? await findLiveSession(needs.db, found.sid) : undefined
  const isUsable = session && !isOther(step, session.id) && !isTooOld(session.authTime, interaction)
  const decision = isUsable ? signedIn(interaction, needs.config, { sid: session.id, ...session }) : undefined
  return decide(step, async () => decision ?? { result: unmet })
}

// As at Baton itself: the same session again only while no other one stands in its place.
function isOther({ standing }: Step, sid: string): boolean {
  return standing?.live !== undefined && standing.live.id !== sid
}

type SignedIn = { sid: string; user: { id: string }; amr: string[]; authTime: Date }

function signedIn(
  interaction: Interaction,
  config: Pick<Config, 'handoff'>,
  { sid, user, amr, authTime }: SignedIn,
): Decision {
  const acr = nonceAcrOf(interaction, config)
  const login = { accountId: sid, ts: numericDate(authTime), amr, ...(acr !== undefined && { acr }) }
  return { result: { login }, userId: user.id }
}

async function seenNonceOf(
  { interaction, device, standing, needs }: Step,
  { client_id, handoff }: Client,
  proof: PageProof | undefined,
): Promise<SeenNonce | undefined> {
  const seen = await lookAtNonce(
    hashOf(interaction),
    {
      standingUserId: standing?.live?.user.id,
      device,
      at: { target: client_id },
      confirm: handoff.confirm,
      proof,
    },
    needs,
  )
  return seen && !isTooOld(seen.authTime, interaction) ? seen : undefined
}

// The client of the request, where sessions may be handed over to it.
function targetOf({ interaction, needs }: Step): Client | undefined {
  const client = clientOf(paramsOf(interaction).client_id ?? null, needs.config)
  return client?.handoff.mayReceive ? client : undefined
}

function placeOf({ interaction, device }: Step, { client_id: target }: Client) {
  return { hash: hashOf(interaction), target, device }
}

function pageProofOf({ interaction, req, needs }: Step): Promise<PageProof | undefined> {
  return readPageProof(req.headers.cookie, hashOf(interaction), needs.config)
}

// The request holds the SHA-256 of its nonce, see `hide-nonce.ts`.
function hashOf(interaction: Interaction): Buffer<ArrayBuffer> {
  return Buffer.from(paramsOf(interaction).login_hint_token ?? '', 'base64url')
}

function isTooOld(authTime: Date, interaction: Interaction): boolean {
  const { max_age } = paramsOf(interaction)
  return max_age !== undefined && authTime.getTime() + Number(max_age) * 1000 < Date.now()
}
