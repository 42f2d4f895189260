import type { HandOffStatus } from '@baton/client'
import type { Connection } from './connection.ts'
import { failure } from './failure.ts'
import { jsonOf, ownCall, refusal } from './own-call.ts'

type Answer = Parameters<Connection['answerHandOff']>[1]

/**
 * Asks by the session cookie how far a hand-off has come. Rejects with `network`, `refused`, `signed_out`,
 * `unsupported_response`.
 */
export async function cookieStatus(nonce: string): Promise<HandOffStatus> {
  const answer = await ownCall(`/api/nonce/status?${new URLSearchParams({ nonce })}`, { cache: 'no-store' })
  const { state, number, asked_by: by } = ((await jsonOf(answer)) ?? {}) as Record<string, unknown>
  if (typeof state !== 'string') throw failure('unsupported_response', 'the answer is not a status')
  const { browser, system, address, same_network } = (by ?? {}) as Record<string, string | null>
  const askedBy = { browser, system, address, sameNetwork: same_network === (true as unknown) }
  return { state, ...(typeof number === 'string' && { number }), ...(by ? { askedBy } : {}) }
}

/**
 * Answers the browser that asks, by the session cookie. Rejects with `network`, `refused`, `signed_out`,
 * `unsupported_response`.
 */
export async function cookieAnswer(nonce: string, { number, approve }: Answer): Promise<void> {
  const body = new URLSearchParams({ nonce, number, approve: approve ? 'yes' : 'no' })
  const answer = await ownCall('/api/nonce/approval', { method: 'POST', body })
  if (answer.status !== 204) throw await refusal(answer)
}
