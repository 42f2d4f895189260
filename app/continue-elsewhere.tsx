'use client'

import type { ReactNode } from 'react'
import { Button } from '#components/button.tsx'
import { deviceName } from '#components/device-words.ts'
import { QrCode } from '#components/qr-code.tsx'
import type { Say } from '#lib/languages/say.ts'
import { ApproveBrowser } from './approve-browser.tsx'
import { CopyLink, Countdown } from './handoff-link.tsx'
import { isolated } from './isolated.tsx'
import { Resettle } from './resettle.tsx'
import { useSay } from './say-provider.tsx'
import { type Asking, type Handoff, useHandoff } from './use-handoff.ts'

type Props = { name: string; isBound: boolean; previewed?: Handoff | undefined }

/**
 * Takes this session to another browser: a QR code, a link to copy, how far it has come, and the question
 * whether the browser that asks may go on.
 */
export function ContinueElsewhere({ name, isBound, previewed }: Props) {
  const { handoff, start, stop, answer } = useHandoff(isBound, previewed)
  return (
    <>
      <Resettle />
      {/* Mounted from the beginning: many screen readers ignore a live region that appears full. */}
      <p role="status" data-phase={handoff.phase} className="font-medium empty:hidden">
        {progressOf(handoff, name, useSay())}
      </p>
      <Step handoff={handoff} name={name} start={start} stop={stop} answer={answer} />
    </>
  )
}

function progressOf(handoff: Handoff, name: string, say: Say): ReactNode {
  const { t } = say
  switch (handoff.phase) {
    case 'done':
      return t.rich('continueElsewhere.done', { person: name, name: isolated })
    case 'paused':
    case 'denied':
      return t(`continueElsewhere.${handoff.phase}`)
    case 'cancelled':
      return handoff.by
        ? t('continueElsewhere.secondBrowser', { device: deviceName(handoff.by, say) })
        : t('continueElsewhere.cancelled')
    case 'shown':
      if (handoff.asking) return askingText(handoff.asking, say)
      return handoff.opened === undefined ? '' : t('continueElsewhere.opened')
    default:
      return ''
  }
}

function askingText({ isApproved, number }: Asking, { t }: Say): string {
  return isApproved ? t('continueElsewhere.approved') : t('continueElsewhere.asks', { number })
}

type StepProps = {
  handoff: Handoff
  name: string
  start(): void
  stop(): void
  answer(asking: Asking, approve: 'yes' | 'no'): void
}

function Step({ handoff, name, start, stop, answer }: StepProps) {
  const { t } = useSay()
  const large = 'min-h-14 w-full text-lg'
  switch (handoff.phase) {
    case 'idle':
    case 'making':
      return (
        <>
          <p className="text-soft">{t.rich('continueElsewhere.intro', { person: name, name: isolated })}</p>
          <Button onClick={start} aria-disabled={handoff.phase === 'making'} className={large}>
            {t(handoff.phase === 'making' ? 'continueElsewhere.making' : 'continueElsewhere.showCode')}
          </Button>
          <noscript>
            <p className="text-soft">{t('continueElsewhere.needsScript')}</p>
          </noscript>
        </>
      )
    case 'failed':
      return (
        <>
          <p role="alert" className="text-bad">
            {t(`continueElsewhere.failed.${handoff.reason}`)}
          </p>
          <Button onClick={start} className={large}>
            {t('common.tryAgain')}
          </Button>
        </>
      )
    case 'cancelled':
      return (
        <>
          <p className="text-soft">
            {t(handoff.by ? 'continueElsewhere.openedTwice' : 'continueElsewhere.nobodyLetIn')}
          </p>
          <Button onClick={start} className={large}>
            {t('continueElsewhere.showNewCode')}
          </Button>
        </>
      )
    case 'paused':
    case 'denied':
      return (
        <Button onClick={start} className={large}>
          {t('continueElsewhere.showNewCode')}
        </Button>
      )
    case 'done':
      return (
        <Button look="quiet" onClick={start} className={large}>
          {t('continueElsewhere.oneMore')}
        </Button>
      )
    case 'shown':
      if (handoff.asking) return <ApproveBrowser asking={handoff.asking} answer={answer} />
      return (
        <>
          <QrCode text={handoff.uri} label={t('continueElsewhere.qrCode')} />
          <p className="text-soft text-sm">{t('continueElsewhere.onlyYours')}</p>
          <Countdown until={handoff.expiresAt} />
          <CopyLink uri={handoff.uri} />
          <Button look="quiet" onClick={stop}>
            {t('continueElsewhere.hideCode')}
          </Button>
        </>
      )
  }
}
