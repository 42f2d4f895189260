'use client'

import { useCallback } from 'react'
import { Button } from '#components/button.tsx'
import type { Asking } from './use-handoff.ts'

type Props = { asking: Asking; answer(asking: Asking, approve: 'yes' | 'no'): void }

/** Asks whether the browser that shows these digits may go on, and says what is known of it. */
export function ApproveBrowser({ asking, answer }: Props) {
  // What was pressed or read last has gone; the keyboard goes on here.
  const focusOnce = useCallback((part: HTMLElement | null) => part?.focus({ preventScroll: true }), [])
  const { by, number, isApproved } = asking
  if (isApproved) return null
  const facts = [
    ['Browser', by.browser ?? 'unknown'],
    ['System', by.system ?? 'unknown'],
    ['Address', by.address ?? 'unknown'],
    ['Network', by.same_network ? 'the same as yours' : 'not known to be yours'],
  ] as const
  return (
    <section aria-label="A browser asks" tabIndex={-1} ref={focusOnce} className="flex flex-col gap-4">
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1 text-sm">
        {facts.map(([term, value]) => (
          <div key={term} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-soft">{term}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="text-center font-semibold text-5xl tabular-nums tracking-widest">{number}</p>
      <p className="text-soft">
        Say yes only if you hold that browser in your hands and it shows this number. If you did not open the
        link yourself, say no.
      </p>
      <div className="grid gap-3 sm:grid-cols-2">
        <Button look="quiet" className="settle" onClick={() => answer(asking, 'yes')}>
          Yes, it shows {number}
        </Button>
        <Button look="quiet" onClick={() => answer(asking, 'no')}>
          No
        </Button>
      </div>
    </section>
  )
}
