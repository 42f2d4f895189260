import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { LinkButton } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'
import { mostListed } from '#lib/db/own-sessions.ts'
import type { OwnSession } from '#lib/sessions/own-sessions.ts'
import { currentLanguage } from '../current-language.ts'
import { LiveChanges } from '../live-changes.tsx'
import { currentSessionsView } from '../own-views.ts'
import { ConnectedApplications } from './connected-applications.tsx'
import { EndSession, endTitle } from './end-session.tsx'
import { Notices } from './notices.tsx'
import { SessionDetails } from './session-details.tsx'
import { SessionTree } from './session-tree.tsx'

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const [view, say] = [await currentSessionsView(), await currentLanguage()]
  const asked = view && (await askedToEnd(searchParams, view.sessions))
  return { title: asked ? endTitle(asked, view.viewer, say) : say.t('sessions.title') }
}

export default async function Sessions({ searchParams }: Props) {
  const view = await currentSessionsView()
  if (!view) redirect('/sign-in?callbackUrl=/sessions')
  const say = await currentLanguage()
  const { t } = say
  const { viewer, sessions, applications, notices, mark } = view
  const asked = await askedToEnd(searchParams, sessions)
  if (asked) return <EndSession what={asked} viewer={viewer} count={sessions.length} say={say} />
  const isHandoff = viewer.kind === 'handoff'
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-5">
      <LiveChanges mark={mark} />
      <h1 className="font-semibold text-2xl tracking-tight">{t('sessions.title')}</h1>
      <Notices notices={notices} say={say} />
      <Panel title={t('sessions.whereSignedIn')}>
        {isHandoff && <p className="text-soft">{t('sessions.ofHandoff')}</p>}
        <SessionTree sessions={sessions} say={say} />
        {sessions.length === 1 && !isHandoff && <p className="text-soft">{t('sessions.nowhereElse')}</p>}
        {sessions.length >= mostListed && (
          <p className="text-soft">{t('sessions.usedLast', { count: mostListed })}</p>
        )}
        {sessions.length > 1 && (
          <LinkButton href="/sessions?end=all" look="quiet" className="w-full sm:w-auto sm:self-start">
            {t(isHandoff ? 'sessions.all' : 'sessions.everywhere')}
          </LinkButton>
        )}
      </Panel>
      <ConnectedApplications applications={applications} say={say} />
      <SessionDetails session={viewer} say={say} />
      <div className="grid gap-3 sm:grid-cols-2">
        <LinkButton href="/activity" look="quiet">
          {t('sessions.activity')}
        </LinkButton>
        <LinkButton href="/" look="quiet">
          {t('common.goHome')}
        </LinkButton>
      </div>
    </div>
  )
}

async function askedToEnd(searchParams: Props['searchParams'], sessions: OwnSession[]) {
  const { end } = await searchParams
  return end === 'all' ? 'all' : sessions.find(({ id }) => id === end)
}
