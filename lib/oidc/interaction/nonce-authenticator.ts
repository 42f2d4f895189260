import { readPageProofOf } from '#lib/callers/page-proof-cookie.ts'
import { applicationName } from '#lib/config/application-name.ts'
import { clientOf } from '#lib/config/client-of.ts'
import type { Config } from '#lib/config/load.ts'
import type { Queries } from '#lib/db/open.ts'
import { lookAtNonce, type SeenNonce } from '#lib/handoff/open-handoff.ts'
import type { PageProof } from '#lib/handoff/page-proof.ts'
import { redeemNonceAtClient } from '#lib/handoff/redeem-nonce-at-client.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { paramsOf } from '../context.ts'
import type { Interaction, Result } from '../types.ts'
import { requestedNonceAcr } from './acr.ts'
import { type Decision, decide, note } from './decide.ts'
import type { Outcome, Step } from './step.ts'
import { formOf } from './step-form.ts'

/** What the client gets for an invalid nonce, whatever the reason. */
const unmet: Result = {
  error: 'unmet_authentication_requirements',
  error_description: 'the nonce is not valid here, or no longer valid',
}

/** The `acr` for which a step needs the nonce authenticator; `undefined` for any other step. */
export function nonceAcrOf(interaction: Interaction, config: Pick<Config, 'handoff'>): string | undefined {
  return interaction.prompt.name === 'login' ? requestedNonceAcr(paramsOf(interaction), config) : undefined
}

/**
 * Shows whom the nonce of the request signs in, and notes in the interaction when its page was opened. Ends
 * the step when this client cannot use the nonce, or its person signed in longer ago than `max_age` allows.
 */
export async function lookAtNonceStep(step: Step): Promise<Outcome> {
  const { interaction, needs } = step
  const standing = step.standing?.live
  const proof = await pageProofOf(step)
  const seen = await seenNonceOf(step, { standingUserId: standing?.user.id, proof })
  if (!seen) return decide(step, async () => ({ result: unmet }))
  // Noted once: later views of the page do not extend the nonce's time.
  if (!openedAtOf(interaction)) {
    const { openedAt, authTime } = seen
    const details = { openedAt: openedAt.toISOString(), authTime: authTime.toISOString() }
    if (!(await note(step, details))) return { goTo: interaction.returnTo }
  }
  const { user, mustAsk, codeChallenge } = seen
  const application = applicationName(paramsOf(interaction).client_id, needs.config)
  return {
    show: {
      state: 'open',
      person: user,
      standing: standing && standing.user.id !== user.id ? standing.user : null,
      mustAsk,
      bound: codeChallenge !== null && proof?.verifier === undefined,
      ...formOf(step),
      ...(application && { application }),
    },
  }
}

/**
 * Redeems the nonce: starts a session of Baton's that is for this client alone, and signs the person in with
 * it. The result is an error when the nonce is no longer valid.
 */
export async function takeNonceStep(step: Step, form: Record<string, string | undefined>): Promise<Outcome> {
  const proof = await pageProofOf(step)
  return decide(step, (tx) => redeem(step, form.verifier ?? proof?.verifier, tx))
}

async function redeem(
  { interaction, needs }: Step,
  verifier: string | undefined,
  tx: Queries,
): Promise<Decision> {
  const { client_id, max_age } = paramsOf(interaction)
  const client = clientOf(client_id, needs.config)
  const acr = nonceAcrOf(interaction, needs.config)
  // Without an opened page, `max_age` was not checked and the person was not asked.
  const openedAt = openedAtOf(interaction)
  const { authTime: seenTime } = interaction.prompt.details
  if (!openedAt || !acr || !client?.handoff.mayReceive) return { result: unmet }
  if (typeof seenTime === 'string' && isTooOld(new Date(seenTime), max_age)) return { result: unmet }
  const redeemed = await redeemNonceAtClient(
    { hash: hashOf(interaction), verifier, openedAt, target: client.client_id },
    tx,
    needs.config,
  )
  if (!redeemed) return { result: unmet }
  const { sid, user, amr, authTime } = redeemed
  return { result: { login: { accountId: sid, ts: numericDate(authTime), amr, acr } }, userId: user.id }
}

async function seenNonceOf(
  { interaction, needs }: Step,
  { standingUserId, proof }: { standingUserId: string | undefined; proof: PageProof | undefined },
): Promise<SeenNonce | undefined> {
  const { client_id, max_age } = paramsOf(interaction)
  const client = clientOf(client_id, needs.config)
  if (!client?.handoff.mayReceive) return undefined
  const seen = await lookAtNonce(
    hashOf(interaction),
    {
      openedAt: openedAtOf(interaction),
      standingUserId,
      at: { target: client.client_id },
      confirm: client.handoff.confirm,
      proof,
    },
    needs,
  )
  return seen && !isTooOld(seen.authTime, max_age) ? seen : undefined
}

function pageProofOf({ interaction, req, needs }: Step): Promise<PageProof | undefined> {
  return readPageProofOf(req.headers.cookie, hashOf(interaction), needs.config)
}

// The request holds the SHA-256 of its nonce, see `hide-nonce.ts`.
function hashOf(interaction: Interaction): Buffer<ArrayBuffer> {
  return Buffer.from(paramsOf(interaction).login_hint_token ?? '', 'base64url')
}

function openedAtOf({ prompt }: Interaction): Date | undefined {
  const { openedAt } = prompt.details
  return typeof openedAt === 'string' ? new Date(openedAt) : undefined
}

function isTooOld(authTime: Date, maxAge: string | undefined): boolean {
  return maxAge !== undefined && authTime.getTime() + Number(maxAge) * 1000 < Date.now()
}
