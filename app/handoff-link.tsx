'use client'

import { useCallback, useEffect, useState } from 'react'
import { Button } from '#components/button.tsx'
import { useSay } from './say-provider.tsx'

/** How long until the next code. */
export function Countdown({ until }: { until: number }) {
  const { t } = useSay()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.ceil((until - now) / 1000))
  return (
    <p className="text-center text-soft text-sm tabular-nums" role="timer">
      {seconds > 0 ? t('continueElsewhere.nextCodeIn', { seconds }) : t('continueElsewhere.makingNext')}
    </p>
  )
}

/** The link under a code, to copy. */
export function CopyLink({ uri }: { uri: string }) {
  const { t } = useSay()
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
        aria-label={t('continueElsewhere.link')}
        dir="ltr"
        onFocus={(event) => event.currentTarget.select()}
        className="min-h-11 w-full min-w-0 rounded-xl border border-line bg-ground px-3 font-mono text-sm"
      />
      <Button type="submit" className="shrink-0">
        {t(copied === uri ? 'continueElsewhere.copied' : 'continueElsewhere.copy')}
      </Button>
    </form>
  )
}
