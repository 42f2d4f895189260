import type { ReactNode } from 'react'
import type { SeenEvent } from '#lib/audit/own-activity.ts'
import type { Say } from '#lib/languages/say.ts'
import { eventWords, whereWords } from '../event-words.tsx'

/** Attempts that somebody else may have made. */
export function Notices({ notices, say }: { notices: SeenEvent[]; say: Say }) {
  const { t } = say
  return (
    // Mounted from the beginning: many screen readers ignore a live region that appears full.
    <div role="status" className="empty:absolute">
      {notices.length > 0 && (
        <section
          aria-label={t('sessions.notices.label')}
          className="flex flex-col gap-4 rounded-2xl border border-bad/40 bg-bad/10 p-5 sm:p-6"
        >
          <h2 className="font-semibold text-bad text-lg">{t('sessions.notices.title')}</h2>
          <ul className="flex flex-col gap-3">
            {notices.map((event) => (
              <li key={event.id} className="flex flex-col gap-0.5">
                <p className="font-medium">{eventWords(event, say)}</p>
                <p className="text-sm">{whereWords(event.by, event.at, say)}</p>
              </li>
            ))}
          </ul>
          <p>{t.rich('sessions.notices.text', { link: toActivity })}</p>
        </section>
      )}
    </div>
  )
}

function toActivity(text: ReactNode): ReactNode {
  return (
    <a className="underline underline-offset-4" href="/activity">
      {text}
    </a>
  )
}
