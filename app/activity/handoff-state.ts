import type { SeenEvent } from '#lib/audit/own-activity.ts'
import type { Messages } from '#lib/languages/say.ts'

/** Milliseconds after which nothing can come of a nonce that was not redeemed. */
const over = 10 * 60_000

/** How far a hand-off has come, as its message is named. */
export type HandoffState = keyof Messages['activity']['state']

/** Why a browser was refused while others may still come. */
const isOpenAfter = new Set<string | null>([
  'wrong_verifier',
  'no_verifier',
  'other_network',
  'other_address',
  'other_target',
])

/** How far a hand-off has come. */
export function stateOf(events: SeenEvent[], now: Date): HandoffState {
  const has = (type: SeenEvent['type']) => events.some((event) => event.type === type)
  for (const type of ['replayed', 'revoked', 'redeemed'] as const) if (has(type)) return type
  const last = events.findLast(({ type, reason }) => type !== 'refused' || !isOpenAfter.has(reason))
  if (!last || last.type === 'refused') return 'refused'
  return now.getTime() - last.at.getTime() > over ? 'unused' : last.type
}
