import { capitalized, deviceName } from '#components/device-words.ts'
import { Time } from '#components/time.tsx'
import type { SeenEvent, SeenHandoff } from '#lib/audit/own-activity.ts'
import { applicationName } from '#lib/config/application-name.ts'
import { runtime } from '#lib/runtime.ts'
import { eventWords, whereWords } from '../event-words.ts'
import { stateOf } from './handoff-state.ts'

const tones = { good: 'bg-good/15 text-good', bad: 'bg-bad/15 text-bad', plain: 'bg-ground text-soft' }

/** One hand-off: from where to where, how far it has come, and what happened. */
export function Handoff({ handoff: { events } }: { handoff: SeenHandoff }) {
  const { text, tone } = stateOf(events, new Date())
  return (
    <article className="flex flex-col gap-4 rounded-2xl border border-line bg-panel p-5 sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="min-w-0 font-semibold text-lg">{titleOf(events)}</h2>
        <span className={`rounded-full px-2.5 py-0.5 font-medium text-sm ${tones[tone]}`}>{text}</span>
      </div>
      <ol className="flex flex-col gap-3 border-line border-l-2 pl-4">
        {events.map((event) => (
          <li key={event.id} className="flex flex-col gap-0.5">
            <p className={event.type === 'replayed' ? 'font-medium text-bad' : ''}>{eventWords(event)}</p>
            <p className="text-soft text-sm">
              {whereWords(event.type === 'issued' ? event.source : event.by)} · <Time at={event.at} />
            </p>
          </li>
        ))}
      </ol>
    </article>
  )
}

function titleOf(events: SeenEvent[]): string {
  const { config } = runtime()
  const [first] = events
  const from = applicationName(first?.sourceClientId, config) ?? deviceName(first?.source)
  const there = events.find(({ type }) => type === 'redeemed')
  const to = applicationName(first?.target, config) ?? (there && deviceName(there.by))
  return to === undefined ? `From ${from}` : `${capitalized(from)} to ${to}`
}
