'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { Messages } from '#lib/languages/say.ts'

/** How far a nonce has come, as `/api/nonce/status` tells it. */
type Status = {
  state: 'waiting' | 'opened' | 'asking' | 'approved' | 'denied' | 'cancelled' | 'spent' | 'expired'
  number?: string
  asked_by?: AskedBy
}

export type AskedBy = {
  browser: string | null
  system: string | null
  address: string | null
  same_network: boolean
}

/** A browser that asks to go on with this session. */
export type Asking = { nonce: string; number: string; by: AskedBy; isApproved: boolean }

/** Why there is no code, as its message is named. */
type Failure = keyof Messages['continueElsewhere']['failed']

export type Handoff =
  | { phase: 'idle' | 'making' | 'done' | 'paused' | 'denied' }
  /** The other side cancelled, or a second browser asked (`by`). */
  | { phase: 'cancelled'; by: AskedBy | undefined }
  | { phase: 'failed'; reason: Failure }
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
      asking: Asking | undefined
    }

const pollEvery = 2000
// A code that stays unopened for five minutes is not being looked at.
const mostRenewals = 10

/**
 * A hand-off nonce from request to redemption, renewed when it expires while the page is visible. An opened
 * link stops nothing, as a link preview opens links too; a page that a person has open stays good when the
 * code here changes. Every browser is approved here; where `isBound`, the link has a verifier as well. Begins
 * at `previewed`, where a preview shows one.
 */
export function useHandoff(
  isBound: boolean,
  previewed?: Handoff,
): {
  handoff: Handoff
  start(): void
  stop(): void
  answer(asking: Asking, approve: 'yes' | 'no'): void
} {
  const [handoff, setHandoff] = useState<Handoff>({ phase: 'idle' })

  // A server could not show how many seconds are left.
  useEffect(() => {
    if (previewed) setHandoff(previewed)
  }, [previewed])

  // The last request counts: an answer that comes after "Hide", or after another request, is dropped.
  const turn = useRef(0)

  const ask = useCallback(
    async (renewals: number, opened?: string) => {
      const mine = ++turn.current
      const settle = (next: Handoff) => {
        if (mine === turn.current) setHandoff(next)
      }
      if (renewals === 0) setHandoff({ phase: 'making' })
      if (renewals > mostRenewals) return setHandoff({ phase: 'paused' })
      try {
        const { verifier, challenge } = isBound ? await newVerifier() : { verifier: '', challenge: {} }
        const body = new URLSearchParams({ approval: 'source', ...challenge })
        const response = await fetch('/api/nonce', { method: 'POST', body })
        if (!response.ok) return settle({ phase: 'failed', reason: reasonOf(response.status) })
        const { nonce, handoff_uri, expires_in } = await response.json()
        const uri = verifier === '' ? handoff_uri : `${handoff_uri}#verifier=${verifier}`
        const expiresAt = Date.now() + expires_in * 1000
        settle({ phase: 'shown', nonce, uri, expiresAt, renewals, opened, asking: undefined })
      } catch {
        settle({ phase: 'failed', reason: reasonOf(0) })
      }
    },
    [isBound],
  )

  useEffect(() => {
    if (handoff.phase !== 'shown') return
    const { nonce, opened, expiresAt, renewals, asking } = handoff
    let over = false
    const look = async () => {
      if (document.hidden) return
      const watched = asking ? [asking.nonce] : opened && opened !== nonce ? [nonce, opened] : [nonce]
      const found = await Promise.all(watched.map(statusOf))
      if (over) return
      // No answer says nothing: what is known stays.
      if (found.includes(undefined)) return
      const is = (state: Status['state']) => found.findIndex((status) => status?.state === state)
      const by = found[is('cancelled')]?.asked_by
      const open = watched[is('opened')]
      const next = askingOf(watched, found)
      if (is('spent') >= 0) setHandoff({ phase: 'done' })
      else if (is('denied') >= 0) setHandoff({ phase: 'denied' })
      else if (is('cancelled') >= 0) setHandoff({ phase: 'cancelled', by })
      else if (next) {
        if (next.nonce !== asking?.nonce || next.isApproved !== asking.isApproved)
          setHandoff({ ...handoff, asking: next })
      } else if (Date.now() >= expiresAt) ask(renewals + 1, open)
      else if (open !== opened) setHandoff({ ...handoff, opened: open })
    }
    const timer = setInterval(look, pollEvery)
    const untilExpiry = setTimeout(look, Math.max(0, expiresAt - Date.now()))
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
  const answer = async ({ nonce, number, ...asking }: Asking, approve: 'yes' | 'no') => {
    const mine = ++turn.current
    const body = new URLSearchParams({ nonce, number, approve })
    const status = await fetch('/api/nonce/approval', { method: 'POST', body }).then(
      (response) => response.status,
      () => 0,
    )
    if (mine !== turn.current) return
    if (status !== 204) setHandoff({ phase: 'failed', reason: reasonOf(status) })
    else if (approve === 'no') setHandoff({ phase: 'denied' })
    else
      setHandoff((now) =>
        now.phase === 'shown' ? { ...now, asking: { ...asking, nonce, number, isApproved: true } } : now,
      )
  }
  return { handoff, start: () => ask(0), stop, answer }
}

function askingOf(nonces: string[], found: (Status | undefined)[]): Asking | undefined {
  for (const [index, status] of found.entries()) {
    const { state, number, asked_by: by } = status ?? {}
    if ((state === 'asking' || state === 'approved') && number && by)
      return { nonce: nonces[index] ?? '', number, by, isApproved: state === 'approved' }
  }
  return undefined
}

/** `undefined` when there is no answer now. */
async function statusOf(nonce: string): Promise<Status | undefined> {
  try {
    const response = await fetch(`/api/nonce/status?${new URLSearchParams({ nonce })}`)
    if (response.ok) return await response.json()
    return response.status < 500 ? { state: 'expired' } : undefined
  } catch {
    return undefined
  }
}

// RFC 7636, section 4.
async function newVerifier() {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const code_challenge = base64url(new Uint8Array(digest))
  return { verifier, challenge: { code_challenge, code_challenge_method: 'S256' } }
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function reasonOf(status: number): Failure {
  if (status === 401) return 'signedOut'
  if (status === 403) return 'notAllowed'
  if (status === 404) return 'tooLate'
  return status === 0 ? 'noAnswer' : 'other'
}
