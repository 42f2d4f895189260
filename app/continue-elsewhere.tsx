'use client'

import { useCallback, useEffect, useState } from 'react'
import { Button } from '#components/button.tsx'
import { QrCode } from './qr-code.tsx'
import { type Handoff, useHandoff } from './use-handoff.ts'

/** Takes this session to another browser: a QR code, a link to copy, and how far it has come. */
export function ContinueElsewhere({ name }: { name: string }) {
  const { handoff, start, stop } = useHandoff()
  return (
    <>
      {/* Mounted from the beginning: many screen readers ignore a live region that appears full. */}
      <p role="status" className="font-medium empty:hidden">
        {progressOf(handoff, name)}
      </p>
      <Step handoff={handoff} name={name} start={start} stop={stop} />
    </>
  )
}

function progressOf(handoff: Handoff, name: string): string {
  if (handoff.phase === 'redeemed') return `Done. The other browser is signed in as ${name}.`
  if (handoff.phase === 'paused') return 'No code was opened for a while, so no new ones are made.'
  if (handoff.phase === 'shown' && handoff.opened)
    return 'The link has been opened. If that was you, press Continue there.'
  return ''
}

type StepProps = { handoff: Handoff; name: string; start(): void; stop(): void }

function Step({ handoff, name, start, stop }: StepProps) {
  const wide = 'w-full sm:w-auto sm:self-start'
  switch (handoff.phase) {
    case 'idle':
    case 'asking':
      return (
        <>
          <p className="text-soft">
            Show a code, open it with your phone or in another browser, and go on there as <bdi>{name}</bdi>.
            This browser stays signed in.
          </p>
          <Button onClick={start} aria-disabled={handoff.phase === 'asking'} className={wide}>
            {handoff.phase === 'asking' ? 'Making a code …' : 'Show a code'}
          </Button>
          <noscript>
            <p className="text-soft">Showing a code needs JavaScript.</p>
          </noscript>
        </>
      )
    case 'failed':
      return (
        <>
          <p role="alert" className="text-bad">
            {handoff.reason}
          </p>
          <Button onClick={start} className={wide}>
            Try again
          </Button>
        </>
      )
    case 'paused':
      return (
        <Button onClick={start} className={wide}>
          Show a new code
        </Button>
      )
    case 'redeemed':
      return (
        <Button look="quiet" onClick={start} className={wide}>
          Continue in one more browser
        </Button>
      )
    case 'shown':
      return (
        <>
          <QrCode text={handoff.uri} />
          <Countdown until={handoff.expiresAt} />
          <CopyLink uri={handoff.uri} />
          <Button look="quiet" onClick={stop}>
            Hide the code
          </Button>
        </>
      )
  }
}

function Countdown({ until }: { until: number }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.ceil((until - now) / 1000))
  return (
    <p className="text-center text-soft text-sm tabular-nums" role="timer">
      {seconds > 0 ? `A new code in ${seconds} s` : 'Making a new code …'}
    </p>
  )
}

function CopyLink({ uri }: { uri: string }) {
  const [copied, setCopied] = useState<string>()
  // The pressed button has gone; the keyboard goes on at its replacement.
  const focusOnce = useCallback((field: HTMLInputElement | null) => field?.focus({ preventScroll: true }), [])
  const copy = async (field: HTMLInputElement) => {
    field.select()
    await navigator.clipboard.writeText(uri).then(
      () => setCopied(uri),
      // Without the permission the link stays selected, ready for the keyboard.
      () => setCopied(undefined),
    )
  }
  return (
    <form
      className="flex flex-col gap-2 sm:flex-row"
      onSubmit={(event) => {
        event.preventDefault()
        const field = event.currentTarget.elements.namedItem('link')
        if (field instanceof HTMLInputElement) copy(field)
      }}
    >
      <input
        name="link"
        readOnly
        ref={focusOnce}
        value={uri}
        aria-label="Hand-off link"
        onFocus={(event) => event.currentTarget.select()}
        className="min-h-11 w-full min-w-0 rounded-xl border border-line bg-ground px-3 font-mono text-sm"
      />
      <Button type="submit" className="shrink-0">
        {copied === uri ? 'Copied' : 'Copy the link'}
      </Button>
    </form>
  )
}
