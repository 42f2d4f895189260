import { randomInt } from 'node:crypto'
import type { Logger } from 'pino'
import { tellEvents } from '#lib/audit/tell-events.ts'
import type { Database } from '#lib/db/database.ts'
import { askForApproval } from '#lib/db/nonce-approval.ts'
import { type Device, deviceText } from '#lib/sessions/device.ts'
import { inSpan } from '#lib/telemetry/tracer.ts'
import { challengeOf } from './code-challenge.ts'
import { browserOf, nonceHashOf, type PageProof } from './page-proof.ts'

type Needs = { db: Database; log: Logger }
type Asking = { proof: PageProof; verifier: string | undefined; target: string | null; device: Device }

/**
 * Has a browser ask the source of a nonce for approval. Returns the two digits that both sides show; `null`
 * for a second browser that asks, which closes the nonce for both; or `undefined` when there is nothing to
 * ask for.
 */
export async function askSource(
  { proof, verifier, target, device }: Asking,
  { db, log }: Needs,
): Promise<string | null | undefined> {
  const asking = {
    hash: nonceHashOf(proof),
    openedAt: proof.openedAt,
    codeChallenge: challengeOf(verifier),
    target,
    askedBy: browserOf(proof),
    number: String(randomInt(10, 100)),
    device: deviceText(device),
  }
  const asked = await inSpan('handoff.ask', {}, () => askForApproval(db.$prepared, asking))
  tellEvents(asked?.events ?? [], { log })
  return asked?.number
}
