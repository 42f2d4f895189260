import type { ReactNode } from 'react'
import { deviceName } from '#components/device-words.ts'
import type { SeenEvent, SeenHandoff } from '#lib/audit/own-activity.ts'
import { applicationName } from '#lib/config/application-name.ts'
import type { Say } from '#lib/languages/say.ts'
import { runtime } from '#lib/runtime.ts'
import { eventWords, whereWords } from '../event-words.tsx'
import { isolated } from '../isolated.tsx'
import { type HandoffState, stateOf } from './handoff-state.ts'

const plain = 'bg-ground text-soft'
const tones: Partial<Record<HandoffState, string>> = {
  redeemed: 'bg-good/15 text-good',
  replayed: 'bg-bad/15 text-bad',
}

/** One hand-off: from where to where, how far it has come, and what happened. */
export function Handoff({ handoff: { events }, say }: { handoff: SeenHandoff; say: Say }) {
  const state = stateOf(events, new Date())
  return (
    <article className="flex flex-col gap-4 rounded-2xl border border-line bg-panel p-5 sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="min-w-0 font-semibold text-lg">{headingOf(events, say)}</h2>
        <span className={`rounded-full px-2.5 py-0.5 font-medium text-sm ${tones[state] ?? plain}`}>
          {say.t(`activity.state.${state}`)}
        </span>
      </div>
      <ol className="flex flex-col gap-3 border-line border-s-2 ps-4">
        {events.map((event) => (
          <li key={event.id} className="flex flex-col gap-0.5">
            <p className={event.type === 'replayed' ? 'font-medium text-bad' : ''}>
              {eventWords(event, say)}
            </p>
            <p className="text-soft text-sm">
              {whereWords(event.type === 'issued' ? event.source : event.by, event.at, say)}
            </p>
          </li>
        ))}
      </ol>
    </article>
  )
}

function headingOf(events: SeenEvent[], say: Say): ReactNode {
  const { config } = runtime()
  const [first] = events
  const source = applicationName(first?.sourceClientId, config) ?? deviceName(first?.source, say)
  const there = events.find(({ type }) => type === 'redeemed')
  const goal = applicationName(first?.target, config) ?? (there && deviceName(there.by, say))
  const from = { source, from: isolated }
  return goal === undefined
    ? say.t.rich('activity.from', from)
    : say.t.rich('activity.fromTo', { ...from, goal, to: isolated })
}
