import { Time } from '#components/time.tsx'
import type { SeenEvent } from '#lib/audit/own-activity.ts'
import { eventWords, whereWords } from '../event-words.ts'

/** Attempts that somebody else may have made. */
export function Notices({ notices }: { notices: SeenEvent[] }) {
  return (
    // Mounted from the beginning: many screen readers ignore a live region that appears full.
    <div role="status" className="empty:absolute">
      {notices.length > 0 && (
        <section
          aria-label="Notices"
          className="flex flex-col gap-4 rounded-2xl border border-bad/40 bg-bad/10 p-5 sm:p-6"
        >
          <h2 className="font-semibold text-bad text-lg">Was this you?</h2>
          <ul className="flex flex-col gap-3">
            {notices.map((event) => (
              <li key={event.id} className="flex flex-col gap-0.5">
                <p className="font-medium">{eventWords(event)}</p>
                <p className="text-sm">
                  {whereWords(event.by)} · <Time at={event.at} />
                </p>
              </li>
            ))}
          </ul>
          <p>
            If not, somebody else has seen a link of yours. End each session below that is not yours.{' '}
            <a className="underline underline-offset-4" href="/activity">
              See what happened
            </a>
          </p>
        </section>
      )}
    </div>
  )
}
