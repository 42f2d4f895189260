import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { LinkButton } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'
import { mostListed } from '#lib/db/own-sessions.ts'
import { LiveChanges } from '../live-changes.tsx'
import { currentSessionsView } from '../own-views.ts'
import { ConnectedApplications } from './connected-applications.tsx'
import { EndSession } from './end-session.tsx'
import { Notices } from './notices.tsx'
import { SessionDetails } from './session-details.tsx'
import { SessionTree } from './session-tree.tsx'

export const metadata: Metadata = { title: 'Your sessions' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Sessions({ searchParams }: Props) {
  const view = await currentSessionsView()
  if (!view) redirect('/sign-in?callbackUrl=/sessions')
  const { end } = await searchParams
  const { viewer, sessions, applications, notices, mark } = view
  const asked = end === 'all' ? 'all' : sessions.find(({ id }) => id === end)
  if (asked) return <EndSession what={asked} viewer={viewer} count={sessions.length} />
  const isHandoff = viewer.kind === 'handoff'
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-5">
      <LiveChanges mark={mark} />
      <h1 className="font-semibold text-2xl tracking-tight">Your sessions</h1>
      <Notices notices={notices} />
      <Panel title="Where you are signed in">
        {isHandoff && (
          <p className="text-soft">
            This session came from another browser or an app. It shows itself and what came of it; look there
            for all the rest.
          </p>
        )}
        <SessionTree sessions={sessions} />
        {sessions.length === 1 && !isHandoff && <p className="text-soft">You are signed in nowhere else.</p>}
        {sessions.length >= mostListed && (
          <p className="text-soft">These are the {mostListed} that were used last.</p>
        )}
        {sessions.length > 1 && (
          <LinkButton href="/sessions?end=all" look="quiet" className="w-full sm:w-auto sm:self-start">
            {isHandoff ? 'End all of these' : 'Sign out everywhere'}
          </LinkButton>
        )}
      </Panel>
      <ConnectedApplications applications={applications} />
      <SessionDetails session={viewer} />
      <div className="grid gap-3 sm:grid-cols-2">
        <LinkButton href="/activity" look="quiet">
          Activity
        </LinkButton>
        <LinkButton href="/" look="quiet">
          Home
        </LinkButton>
      </div>
    </div>
  )
}
