import type { BatonError, HandOffStatus } from '@baton/client'
import { onReturn } from './on-return.ts'

/** Milliseconds between one answer and the next question. */
const pause = 2000

const ends = ['denied', 'cancelled', 'spent', 'expired']

/**
 * Asks how far a hand-off has come until it is over or the watch is stopped, and tells each status that is
 * another than the one before. A hidden page asks when somebody comes back to it.
 */
export function watchHandOff(
  ask: () => Promise<HandOffStatus>,
  tell: (status: HandOffStatus) => void,
): () => void {
  let isOver = false
  let isAsking = false
  let told = ''
  let timer = setTimeout(lookUnlessHidden, pause)
  const leave = onReturn(look)

  function lookUnlessHidden(): void {
    if (typeof document === 'undefined' || !document.hidden) look()
    else again()
  }

  function again(): void {
    clearTimeout(timer)
    timer = setTimeout(lookUnlessHidden, pause)
  }

  async function look(): Promise<void> {
    if (isAsking) return
    isAsking = true
    const { status, isLast } = await ask().then(
      (status) => ({ status, isLast: ends.includes(status.state) }),
      (error: BatonError) => ({ status: undefined, isLast: !maySucceedLater(error) }),
    )
    isAsking = false
    if (isOver) return
    const text = JSON.stringify(status)
    if (status && text !== told) {
      told = text
      tell(status)
    }
    if (isLast) stop()
    else again()
  }

  function stop(): void {
    isOver = true
    clearTimeout(timer)
    leave()
  }

  return stop
}

function maySucceedLater({ code, error, status = 0 }: BatonError): boolean {
  return code === 'network' || error === 'slow_down' || status >= 500
}
