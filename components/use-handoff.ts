'use client'

import { useCallback, useEffect, useState } from 'react'

export type Handoff =
  | { phase: 'idle' | 'asking' }
  | { phase: 'failed'; reason: string }
  | { phase: 'waiting' | 'opened'; nonce: string; uri: string; expiresAt: number; renewals: number }
  | { phase: 'redeemed' | 'paused' }

const pollEvery = 2000
// A code that nobody opens for five minutes is not being looked at.
const mostRenewals = 10

/**
 * A hand-off nonce from asking to redeemed: an unopened one is renewed when its time is over, while the page is looked at.
 */
export function useHandoff(): { handoff: Handoff; start(): void; stop(): void } {
  const [handoff, setHandoff] = useState<Handoff>({ phase: 'idle' })

  const ask = useCallback(async (renewals: number) => {
    if (renewals === 0) setHandoff({ phase: 'asking' })
    if (renewals > mostRenewals) return setHandoff({ phase: 'paused' })
    try {
      const response = await fetch('/api/nonce', { method: 'POST', body: new URLSearchParams() })
      if (!response.ok) return setHandoff({ phase: 'failed', reason: reasonOf(response.status) })
      const { nonce, handoff_uri: uri, expires_in } = await response.json()
      setHandoff({ phase: 'waiting', nonce, uri, expiresAt: Date.now() + expires_in * 1000, renewals })
    } catch {
      setHandoff({ phase: 'failed', reason: reasonOf(0) })
    }
  }, [])

  useEffect(() => {
    if (handoff.phase !== 'waiting' && handoff.phase !== 'opened') return
    const look = async () => {
      if (document.hidden) return
      const status = await statusOf(handoff.nonce)
      if (status === 'redeemed') setHandoff({ phase: 'redeemed' })
      else if (status === 'opened' && handoff.phase === 'waiting') setHandoff({ ...handoff, phase: 'opened' })
      else if (handoff.phase === 'waiting' && Date.now() >= handoff.expiresAt) ask(handoff.renewals + 1)
    }
    const timer = setInterval(look, pollEvery)
    const untilExpiry =
      handoff.phase === 'waiting' ? setTimeout(look, handoff.expiresAt - Date.now()) : undefined
    return () => {
      clearInterval(timer)
      clearTimeout(untilExpiry)
    }
  }, [handoff, ask])

  return { handoff, start: () => ask(0), stop: () => setHandoff({ phase: 'idle' }) }
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
