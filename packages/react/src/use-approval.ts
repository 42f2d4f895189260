import type { HandOffStatus } from '@baton/client'
import { useCallback, useEffect, useState } from 'react'
import { useBaton } from './provider.tsx'
import { watchHandOff } from './watch-hand-off.ts'

/** A browser that asks to be signed in by a hand-off, where the source has to approve it. */
export type Asking = {
  /** The two digits that it shows. */
  number: string
  /** Which browser, and from where; `undefined` and `null` are unknown. */
  askedBy: HandOffStatus['askedBy']
}

export type Approval = {
  /** How far the hand-off has come; `undefined` until that is known. */
  progress: string | undefined
  /** The browser that waits for an answer. */
  asking: Asking | undefined
  /**
   * Answers the browser that asks; it alone goes on after a yes. Does nothing when none asks. Rejects with
   * what `answerHandOff` of the client throws; the question stays then.
   */
  answer(approve: boolean): Promise<void>
}

/** Watches a hand-off, by its nonce, while there is one to watch. */
export function useApproval(nonce: string | undefined): Approval {
  const { connection } = useBaton()
  const [told, setTold] = useState<{ nonce: string; status: HandOffStatus }>()
  // A nonce is asked for by one browser at most: a second one cancels it.
  const [answered, setAnswered] = useState<string>()

  useEffect(() => {
    if (nonce === undefined) return undefined
    const ask = () => connection.handOffStatus(nonce)
    return watchHandOff(ask, (status) => setTold({ nonce, status }))
  }, [connection, nonce])

  const status = nonce !== undefined && told?.nonce === nonce ? told.status : undefined
  const isOpen = status?.state === 'asking' && answered !== nonce
  const number = isOpen ? status.number : undefined
  const answer = useCallback(
    async (approve: boolean) => {
      if (nonce === undefined || number === undefined) return
      await connection.answerHandOff(nonce, { number, approve })
      setAnswered(nonce)
    },
    [connection, nonce, number],
  )
  const asking = number === undefined ? undefined : { number, askedBy: status?.askedBy }
  return { progress: status?.state, asking, answer }
}
