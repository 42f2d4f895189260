'use client'

import { useCallback } from 'react'
import { Button } from '#components/button.tsx'
import { useSay } from './say-provider.tsx'
import type { Asking } from './use-handoff.ts'

type Props = { asking: Asking; answer(asking: Asking, approve: 'yes' | 'no'): void }

/** Asks whether the browser that shows these digits may go on, and says what is known of it. */
export function ApproveBrowser({ asking, answer }: Props) {
  const { t } = useSay()
  // What was pressed or read last has gone; the keyboard goes on here.
  const focusOnce = useCallback((part: HTMLElement | null) => part?.focus({ preventScroll: true }), [])
  const { by, number, isApproved } = asking
  if (isApproved) return null
  const unknown = t('continueElsewhere.asking.unknown')
  const facts = [
    ['browser', by.browser ?? unknown],
    ['system', by.system ?? unknown],
    ['address', by.address ?? unknown],
    ['network', t(`continueElsewhere.asking.${by.same_network ? 'same' : 'other'}Network`)],
  ] as const
  return (
    <section
      aria-label={t('continueElsewhere.asking.label')}
      tabIndex={-1}
      ref={focusOnce}
      className="flex flex-col gap-4"
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1 text-sm">
        {facts.map(([term, value]) => (
          <div key={term} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-soft">{t(`continueElsewhere.asking.${term}`)}</dt>
            <dd className="min-w-0">
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <p className="text-center font-semibold text-5xl tabular-nums tracking-widest">{number}</p>
      <p className="text-soft">{t('continueElsewhere.asking.question')}</p>
      <div className="grid gap-3 sm:grid-cols-2">
        <Button look="quiet" className="settle" onClick={() => answer(asking, 'yes')}>
          {t('continueElsewhere.asking.yes', { number })}
        </Button>
        <Button look="quiet" onClick={() => answer(asking, 'no')}>
          {t('continueElsewhere.asking.no')}
        </Button>
      </div>
    </section>
  )
}
