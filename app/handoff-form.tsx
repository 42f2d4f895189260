'use client'

import { useEffect, useRef, useState } from 'react'
import { Button } from '#components/button.tsx'
import { CancelButton } from './cancel-button.tsx'
import { Fields } from './fields.tsx'

const verifierKey = 'baton.verifier'

type Props = {
  action: string
  fields: Record<string, string>
  bound: boolean
  mustAsk: boolean
  label: string
  cancelLabel: string
}

/**
 * The form that spends the nonce. Works without JavaScript; with it, nonce and verifier leave the address
 * bar, the verifier comes out of the fragment, and the form sends itself where the person need not be asked.
 */
export function HandoffForm({ action, fields, bound, mustAsk, label, cancelLabel }: Props) {
  const about = fields.nonce ?? action
  const form = useRef<HTMLFormElement>(null)
  const [verifier, setVerifier] = useState<string>()
  const [sending, setSending] = useState(false)
  // The way back may show the page as it was left.
  useEffect(() => {
    const reset = () => setSending(false)
    window.addEventListener('pageshow', reset)
    return () => window.removeEventListener('pageshow', reset)
  }, [])

  useEffect(() => {
    const fromFragment = new URLSearchParams(window.location.hash.slice(1)).get('verifier')
    // Kept in this tab alone, for a reload or a second attempt; it is worthless once the nonce is spent.
    if (fromFragment) sessionStorage.setItem(verifierKey, JSON.stringify({ about, verifier: fromFragment }))
    setVerifier(fromFragment ?? keptVerifier(about))
    window.history.replaceState(null, '', action)
  }, [about, action])

  const sendsItself = !mustAsk && (!bound || verifier !== undefined)
  useEffect(() => {
    if (sendsItself) form.current?.requestSubmit()
  }, [sendsItself])

  return (
    <form
      ref={form}
      method="post"
      action={action}
      // For `npm run attack`, which runs no script.
      data-sends-itself={!mustAsk || undefined}
      className="flex flex-col gap-4"
      // A second press would cancel the first answer, and with it the session that it brings.
      onSubmit={(event) => {
        if (sending) event.preventDefault()
        setSending(true)
      }}
    >
      <Fields fields={fields} />
      {bound && verifier !== undefined && <input type="hidden" name="verifier" value={verifier} />}
      {bound && verifier === undefined && (
        <label className="flex flex-col gap-1.5">
          <span className="font-medium">Code from your app</span>
          <input
            name="verifier"
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className="min-h-11 rounded-xl border border-line bg-ground px-3 font-mono"
          />
        </label>
      )}
      {/* Where the person is asked, no answer is more of a button than the other (RFC 10027). */}
      <Button
        type="submit"
        look={mustAsk ? 'quiet' : 'primary'}
        aria-disabled={sending}
        className="settle w-full"
      >
        {sending ? 'One moment …' : label}
      </Button>
      <CancelButton label={cancelLabel} />
    </form>
  )
}

function keptVerifier(about: string): string | undefined {
  const kept = JSON.parse(sessionStorage.getItem(verifierKey) ?? 'null')
  return kept?.about === about ? kept.verifier : undefined
}
