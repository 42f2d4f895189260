import type { ReactNode } from 'react'
import type { Say } from '#lib/languages/say.ts'

type Props = { number: string; message: 'handoff.asking.number' | 'anotherDevice.number'; say: Say }

const label = (text: ReactNode) => (
  <span key="label" className="sr-only">
    {text}
  </span>
)

/** Two digits by which people tell browsers apart. What they are is read out alone. */
export function BigNumber({ number, message, say }: Props) {
  return (
    <p className="text-center font-semibold text-5xl tabular-nums tracking-widest">
      {say.t.rich(message, { number, label })}
    </p>
  )
}
