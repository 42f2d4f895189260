import { Panel } from '#components/panel.tsx'
import { Time } from '#components/time.tsx'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { Say } from '#lib/languages/say.ts'
import { currentSessions } from './own-views.ts'
import { nameOf } from './sessions/session-words.ts'

/** Devices that are shown here; `/sessions` has all of them. */
const mostShown = 3
const link = 'text-accent underline underline-offset-4'

/** Where else a person is signed in, in short. */
export async function OtherDevices({ session, say }: { session: LiveSession; say: Say }) {
  const { t } = say
  const others = (await currentSessions(session))?.filter(({ isCurrent }) => !isCurrent)
  const isHandoff = session.kind === 'handoff'
  const more = (others?.length ?? 0) - mostShown
  return (
    <Panel title={t(isHandoff ? 'home.continuedFromHere' : 'home.otherDevices')}>
      {others?.length === 0 && (
        <p className="text-soft">{t(isHandoff ? 'home.nothingFromHere' : 'home.noOtherDevices')}</p>
      )}
      {others !== undefined && others.length > 0 && (
        <ul className="flex flex-col gap-3">
          {others.slice(0, mostShown).map((other) => (
            <li key={other.id} className="flex min-w-0 flex-col">
              <bdi className="self-start font-medium">{nameOf(other, say)}</bdi>
              <span className="text-soft text-sm">
                {t.rich('sessions.lastUsed', { time: () => <Time at={other.usedAt} say={say} /> })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {more > 0 && <p className="text-soft text-sm">{t('home.moreDevices', { count: more })}</p>}
      <p className="flex flex-wrap gap-x-5 gap-y-3">
        <a className={link} href="/sessions">
          {t('home.sessions')}
        </a>
        <a className={link} href="/activity">
          {t('home.activity')}
        </a>
      </p>
    </Panel>
  )
}
