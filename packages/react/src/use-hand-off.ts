import type { BatonError, HandOff, HandOffOptions } from '@baton/client'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useBaton } from './provider.tsx'
import { type Approval, useApproval } from './use-approval.ts'

export type UseHandOffOptions = {
  /** Where to go at the target, a path such as `/inbox?unread=1`. */
  path?: string
  /** As `binding` of the client's `handOff`, but for browsers: default `fragment`. */
  binding?: HandOffOptions['binding']
  /** Signs nobody in before the person has approved the browser that asks, by `answer`. */
  approval?: boolean
}

export type HandOffState =
  | { status: 'idle' | 'pending'; handOff?: undefined; error?: undefined }
  | { status: 'ready'; handOff: HandOff; error?: undefined }
  | { status: 'error'; error: BatonError; handOff?: undefined }

export type UseHandOff = HandOffState &
  Approval & {
    /**
     * Asks for a hand-off. Resolves with it, or with `undefined` when it failed, when it was asked for anew,
     * and when the component has gone or means another target. Never rejects.
     */
    start(): Promise<HandOff | undefined>
  }

const idle: HandOffState = { status: 'idle' }

/**
 * Hands the session over to a target: another application by its client id, or Baton itself. The newest
 * `start` counts; another target or path begins at `idle` again. Open `handOff.url` at once: it lives
 * `handOff.expiresIn` seconds, and works once. Where Baton requires an approval, show what is `asking`.
 */
export function useHandOff(target?: string, options: UseHandOffOptions = {}): UseHandOff {
  const { path, binding = 'fragment', approval = false } = options
  const { connection } = useBaton()
  // What is asked for, and how many times; an answer that was for something else is not shown.
  const wish = useMemo(
    () => ({ ask: () => connection.handOff(target, { redirectTo: path, binding, approval }), newest: 0 }),
    [connection, target, path, binding, approval],
  )
  const [known, setKnown] = useState({ wish, state: idle })

  const start = useCallback(async () => {
    const mine = ++wish.newest
    const settle = (state: HandOffState) => setKnown({ wish, state })
    settle({ status: 'pending' })
    try {
      const handOff = await wish.ask()
      if (mine !== wish.newest) return undefined
      settle({ status: 'ready', handOff })
      return handOff
    } catch (error) {
      if (mine === wish.newest) settle({ status: 'error', error: error as BatonError })
      return undefined
    }
  }, [wish])

  // What is on its way when the wish changes or the component goes, comes too late.
  useEffect(
    () => () => {
      wish.newest++
    },
    [wish],
  )

  const state = known.wish === wish ? known.state : idle
  // The header proves a nonce by itself: nobody asks for it then, unless that is wanted.
  const mayAsk = binding !== 'header' || approval
  const watched = useApproval(mayAsk ? state.handOff?.nonce : undefined)
  return { ...state, ...watched, start }
}
