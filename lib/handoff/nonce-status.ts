import type { Logger } from 'pino'
import { tellEvents } from '#lib/audit/tell-events.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { answerAsking, findNonceState, type NonceState } from '#lib/db/nonce-approval.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { deviceOfText } from '#lib/sessions/device.ts'
import { networkOf } from '#lib/sessions/network.ts'
import { inSpan } from '#lib/telemetry/tracer.ts'

type State = 'waiting' | 'opened' | 'asking' | 'approved' | 'denied' | 'cancelled' | 'spent' | 'expired'

/** How far a nonce has come, and which browser asks for it, by the names on the wire. */
type NonceStatus = {
  state: State
  /** The two digits that the browser shows which asks. */
  number?: string
  asked_by?: {
    browser: string | null
    system: string | null
    address: string | null
    same_network: boolean
  }
}

/**
 * The status of a nonce, for the session that asked for it. Throws `not_found` for any other session. After a
 * second browser has asked, which cancels the nonce, `asked_by` is that one.
 */
export async function nonceStatus(
  nonce: string,
  sid: string,
  { db }: { db: Database },
): Promise<NonceStatus> {
  const found = await findNonceState(db, sha256(nonce), sid)
  if (!found) throw new OAuthError('not_found', 'this session has no such nonce')
  const state = stateOf(found)
  const device = deviceOfText(found.askingDevice)
  const isShown = found.isAsked && device && state !== 'expired' && state !== 'spent'
  if (!isShown) return { state }
  const { browser, system, address } = device
  const same_network = networkOf(deviceOfText(found.sourceDevice), device) === 'same'
  const asked = { state, asked_by: { browser, system, address, same_network } }
  return state === 'asking' || state === 'approved' ? { ...asked, number: found.number ?? '' } : asked
}

function stateOf({ openedAt, isSpent, closedAs, isAsked, isApproved, isOver }: NonceState): State {
  if (isSpent) return 'spent'
  if (closedAs) return closedAs === 'guessed' ? 'expired' : closedAs
  if (isOver) return 'expired'
  if (isApproved) return 'approved'
  if (isAsked) return 'asking'
  return openedAt ? 'opened' : 'waiting'
}

/**
 * Takes the answer of the session that asked for a nonce to the browser that shows `number`. Throws
 * `invalid_request` for a form that is no answer, `not_found` when no browser asks for a nonce of this
 * session, and `invalid_grant` for a wrong number, which denies the hand-off.
 */
export function answerApproval(
  answer: Partial<Record<string, string>>,
  sid: string,
  needs: { db: Database; log: Logger },
): Promise<void> {
  return inSpan('handoff.approve', {}, () => takeAnswer(answer, sid, needs))
}

async function takeAnswer(
  { nonce, number = '', approve }: Partial<Record<string, string>>,
  sid: string,
  { db, log }: { db: Database; log: Logger },
): Promise<void> {
  const isApproved = approve === 'yes'
  if (!nonce || (!isApproved && approve !== 'no'))
    throw new OAuthError('invalid_request', 'send nonce, number and approve=yes or approve=no')
  if (isApproved && number === '')
    throw new OAuthError('invalid_request', 'send the number that the other browser shows')
  const answered = await answerAsking(db, { hash: sha256(nonce), sid, number, isApproved })
  if (!answered) throw new OAuthError('not_found', 'no browser asks for this nonce now')
  tellEvents(answered.events, { log })
  if (isApproved && !answered.isRight)
    throw new OAuthError('invalid_grant', 'the other browser shows another number; the hand-off is denied')
}
