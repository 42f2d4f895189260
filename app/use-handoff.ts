'use client'

import { useCallback, useEffect, useRef, useState } from 'react'

export type Handoff =
  | { phase: 'idle' | 'asking' | 'redeemed' | 'paused' }
  | { phase: 'failed'; reason: string }
  | {
      phase: 'shown'
      nonce: string
      uri: string
      expiresAt: number
      renewals: number
      /**
       * A nonce whose page is open somewhere: this one, or the one before it, which is still good for that
       * page.
       */
      opened: string | undefined
    }

const pollEvery = 2000
// A code that stays unopened for five minutes is not being looked at.
const mostRenewals = 10

/**
 * A hand-off nonce from request to redemption, renewed when it expires while the page is visible. An opened
 * link stops nothing, as a link preview opens links too; a page that a person has open stays good when the
 * code here changes.
 */
export function useHandoff(): { handoff: Handoff; start(): void; stop(): void } {
  const [handoff, setHandoff] = useState<Handoff>({ phase: 'idle' })

  // The last request counts: an answer that comes after "Hide", or after another request, is dropped.
  const turn = useRef(0)

  const ask = useCallback(async (renewals: number, opened?: string) => {
    const mine = ++turn.current
    const settle = (next: Handoff) => {
      if (mine === turn.current) setHandoff(next)
    }
    if (renewals === 0) setHandoff({ phase: 'asking' })
    if (renewals > mostRenewals) return setHandoff({ phase: 'paused' })
    try {
      const response = await fetch('/api/nonce', { method: 'POST', body: new URLSearchParams() })
      if (!response.ok) return settle({ phase: 'failed', reason: reasonOf(response.status) })
      const { nonce, handoff_uri: uri, expires_in } = await response.json()
      settle({ phase: 'shown', nonce, uri, expiresAt: Date.now() + expires_in * 1000, renewals, opened })
    } catch {
      settle({ phase: 'failed', reason: reasonOf(0) })
    }
  }, [])

  useEffect(() => {
    if (handoff.phase !== 'shown') return
    const { nonce, opened, expiresAt, renewals } = handoff
    let over = false
    const look = async () => {
      if (document.hidden) return
      const watched = opened && opened !== nonce ? [nonce, opened] : [nonce]
      const states = await Promise.all(watched.map(statusOf))
      if (over) return
      const open = watched.find((_, index) => states[index] === 'opened')
      if (states.includes('redeemed')) setHandoff({ phase: 'redeemed' })
      else if (Date.now() >= expiresAt) ask(renewals + 1, open)
      else if (open !== opened) setHandoff({ ...handoff, opened: open })
    }
    const timer = setInterval(look, pollEvery)
    const untilExpiry = setTimeout(look, expiresAt - Date.now())
    return () => {
      over = true
      clearInterval(timer)
      clearTimeout(untilExpiry)
    }
  }, [handoff, ask])

  const stop = () => {
    turn.current++
    setHandoff({ phase: 'idle' })
  }
  return { handoff, start: () => ask(0), stop }
}

async function statusOf(nonce: string): Promise<string | undefined> {
  try {
    const response = await fetch('/api/nonce/status', {
      method: 'POST',
      body: new URLSearchParams({ nonce }),
    })
    return response.ok ? (await response.json()).status : undefined
  } catch {
    return undefined
  }
}

function reasonOf(status: number): string {
  if (status === 401) return 'Your session has ended. Sign in again, then try once more.'
  if (status === 0) return 'There was no answer. Check your connection and try again.'
  return 'No code could be made just now. Try again in a moment.'
}
