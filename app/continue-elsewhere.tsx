'use client'

import { Button } from '#components/button.tsx'
import { QrCode } from '#components/qr-code.tsx'
import { ApproveBrowser } from './approve-browser.tsx'
import { CopyLink, Countdown } from './handoff-link.tsx'
import { Resettle } from './resettle.tsx'
import { type AskedBy, type Asking, type Handoff, useHandoff } from './use-handoff.ts'

/**
 * Takes this session to another browser: a QR code, a link to copy, how far it has come, and the question
 * whether the browser that asks may go on.
 */
export function ContinueElsewhere({ name, isBound }: { name: string; isBound: boolean }) {
  const { handoff, start, stop, answer } = useHandoff(isBound)
  return (
    <>
      <Resettle />
      {/* Mounted from the beginning: many screen readers ignore a live region that appears full. */}
      <p role="status" className="font-medium empty:hidden">
        {progressOf(handoff, name)}
      </p>
      <Step handoff={handoff} name={name} start={start} stop={stop} answer={answer} />
    </>
  )
}

function progressOf(handoff: Handoff, name: string): string {
  switch (handoff.phase) {
    case 'done':
      return `Done. The other browser is signed in as ${name}.`
    case 'paused':
      return 'No code was opened for a while, so no new ones are made.'
    case 'denied':
      return 'You said no, so the code is no longer good.'
    case 'cancelled':
      return handoff.by
        ? `A second browser asked to go on as you: ${deviceName(handoff.by)}. Neither was let in.`
        : 'The other side cancelled.'
    case 'shown':
      return handoff.asking ? askingText(handoff.asking) : openedText(handoff.opened)
    default:
      return ''
  }
}

function askingText({ isApproved, number }: Asking): string {
  if (isApproved) return 'You said yes. The other browser goes on by itself.'
  return `A browser asks to go on as you. It shows the number ${number}.`
}

function openedText(opened: string | undefined): string {
  return opened === undefined ? '' : 'The link has been opened. If that was you, press Continue there.'
}

function deviceName({ browser, system }: AskedBy): string {
  return [browser ?? 'an unknown browser', ...(system ? [system] : [])].join(' on ')
}

type StepProps = {
  handoff: Handoff
  name: string
  start(): void
  stop(): void
  answer(asking: Asking, approve: 'yes' | 'no'): void
}

function Step({ handoff, name, start, stop, answer }: StepProps) {
  const wide = 'w-full sm:w-auto sm:self-start'
  switch (handoff.phase) {
    case 'idle':
    case 'making':
      return (
        <>
          <p className="text-soft">
            Show a code, open it with your phone or in another browser, and go on there as <bdi>{name}</bdi>.
            This browser stays signed in, and asks you before the other one is let in. Never send the code or
            its link to anybody.
          </p>
          <Button onClick={start} aria-disabled={handoff.phase === 'making'} className={wide}>
            {handoff.phase === 'making' ? 'Making a code …' : 'Show a code'}
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
    case 'cancelled':
      return (
        <>
          <p className="text-soft">
            {handoff.by
              ? 'If you opened it twice, show a new code and open it once. If not, somebody else has seen it.'
              : 'Nobody was let in.'}
          </p>
          <Button onClick={start} className={wide}>
            Show a new code
          </Button>
        </>
      )
    case 'paused':
    case 'denied':
      return (
        <Button onClick={start} className={wide}>
          Show a new code
        </Button>
      )
    case 'done':
      return (
        <Button look="quiet" onClick={start} className={wide}>
          Continue in one more browser
        </Button>
      )
    case 'shown':
      if (handoff.asking) return <ApproveBrowser asking={handoff.asking} answer={answer} />
      return (
        <>
          <QrCode text={handoff.uri} label="QR code of the hand-off link" />
          <p className="text-soft text-sm">
            For your own devices alone: whoever asks you to send them this code or its link wants your
            account.
          </p>
          <Countdown until={handoff.expiresAt} />
          <CopyLink uri={handoff.uri} />
          <Button look="quiet" onClick={stop}>
            Hide the code
          </Button>
        </>
      )
  }
}
