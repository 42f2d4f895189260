import type { SeenEvent } from '#lib/audit/own-activity.ts'

/** Milliseconds after which nothing can come of a nonce that was not redeemed. */
const over = 10 * 60_000

type State = { text: string; tone: 'good' | 'bad' | 'plain' }

/** Why a browser was refused while others may still come. */
const isOpenAfter = new Set<string | null>([
  'wrong_verifier',
  'no_verifier',
  'other_network',
  'other_address',
  'other_target',
])

const open = { issued: 'Waiting', shown: 'Opened', asked: 'Asks you', approved: 'Approved' } as const

/** How far a hand-off has come. */
export function stateOf(events: SeenEvent[], now: Date): State {
  const has = (type: SeenEvent['type']) => events.some((event) => event.type === type)
  if (has('replayed')) return { text: 'Tried again', tone: 'bad' }
  if (has('revoked')) return { text: 'Ended', tone: 'plain' }
  if (has('redeemed')) return { text: 'Signed in', tone: 'good' }
  const last = events.findLast(({ type, reason }) => type !== 'refused' || !isOpenAfter.has(reason))
  if (!last || last.type === 'refused') return { text: 'Not let in', tone: 'plain' }
  const isOver = now.getTime() - last.at.getTime() > over
  return { text: isOver ? 'Not used' : open[last.type as keyof typeof open], tone: 'plain' }
}
