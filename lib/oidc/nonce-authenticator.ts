import type { Interaction, Result } from 'oidc-provider'
import { lookAtNonce, type SeenNonce } from '#lib/handoff/open-handoff.ts'
import type { PageProof } from '#lib/handoff/page-proof.ts'
import { redeemNonce } from '#lib/handoff/redeem-nonce.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { EndingNeeds } from '#lib/sessions/end-session.ts'
import { requestedNonceAcr } from './acr.ts'

/** What the client is told of every nonce that is not good, whatever is wrong with it. */
export const unmet: Result = {
  error: 'unmet_authentication_requirements',
  error_description: 'the nonce cannot be used here, or not any more',
}

/** Whether a step of the OpenID Provider is the nonce authenticator's, and for which `acr`. */
export function nonceAcrOf(interaction: Interaction, needs: Pick<Runtime, 'config'>): string | undefined {
  return interaction.prompt.name === 'login' ? requestedNonceAcr(interaction.params, needs.config) : undefined
}

/**
 * Looks at the nonce of a request, and remembers in the interaction when its page was opened. Spends nothing. `undefined` when it
 * cannot be used by this client, or its person signed in longer ago than `max_age` allows.
 */
export async function lookAtNonceOf(
  interaction: Interaction,
  { standingUserId, proof }: { standingUserId: string | undefined; proof: PageProof | undefined },
  needs: Pick<Runtime, 'db' | 'config'>,
): Promise<SeenNonce | undefined> {
  const { params, prompt } = interaction
  const client = needs.config.clients.find(({ client_id }) => client_id === params.client_id)
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
  if (!seen || isTooOld(seen.authTime, params.max_age)) return undefined
  // Once: a reload that is slow must not write over what a press has brought about meanwhile.
  if (openedAtOf(interaction)) return seen
  prompt.details.openedAt = seen.openedAt.toISOString()
  prompt.details.authTime = seen.authTime.toISOString()
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000))
  return seen
}

/**
 * Spends the nonce: a new session of Baton's that answers this client alone, and the login that it is for the OpenID Provider. `unmet` when
 * it is not good any more.
 */
export async function spendNonceOf(
  interaction: Interaction,
  acr: string,
  verifier: string | undefined,
  needs: EndingNeeds,
): Promise<Result> {
  const { params } = interaction
  const client = needs.config.clients.find(({ client_id }) => client_id === params.client_id)
  // Without a page that was opened first nobody has looked at `max_age`, or been asked.
  const openedAt = openedAtOf(interaction)
  const { authTime: seenTime } = interaction.prompt.details
  if (typeof seenTime === 'string' && isTooOld(new Date(seenTime), params.max_age)) return unmet
  const redeemed =
    openedAt &&
    client?.handoff.mayReceive &&
    (await redeemNonce({ hash: hashOf(interaction), verifier, openedAt, target: client.client_id }, needs))
  if (!redeemed) return unmet
  const { session, amr, authTime } = redeemed
  return { login: { accountId: session.sid, ts: Math.floor(authTime.getTime() / 1000), amr, acr } }
}

/** The SHA-256 of the nonce that a request was made with. */
export function hashOf({ params }: Interaction): Buffer<ArrayBuffer> {
  return Buffer.from(params.login_hint_token ?? '', 'base64url')
}

function openedAtOf({ prompt }: Interaction): Date | undefined {
  const { openedAt } = prompt.details
  return typeof openedAt === 'string' ? new Date(openedAt) : undefined
}

function isTooOld(authTime: Date, maxAge: string | undefined): boolean {
  return maxAge !== undefined && authTime.getTime() + Number(maxAge) * 1000 < Date.now()
}
