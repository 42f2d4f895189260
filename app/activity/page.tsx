import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { LinkButton } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'
import { LiveChanges } from '../live-changes.tsx'
import { currentActivityView } from '../own-views.ts'
import { Handoff } from './handoff.tsx'

export const metadata: Metadata = { title: 'Activity' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Activity({ searchParams }: Props) {
  const { before } = await searchParams
  const view = await currentActivityView(typeof before === 'string' ? before : undefined)
  if (!view) redirect('/sign-in?callbackUrl=/activity')
  const { viewer, handoffs, older, mark } = view
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-5">
      <LiveChanges mark={mark} />
      <h1 className="font-semibold text-2xl tracking-tight">Activity</h1>
      <p className="text-soft">
        {viewer.kind === 'handoff'
          ? 'This session came from another browser or an app. It shows what was handed over from here alone.'
          : 'Where your session was handed over, and what became of it.'}
      </p>
      {handoffs.length === 0 ? (
        <Panel title="Nothing here yet">
          <p className="text-soft">
            {before === undefined
              ? 'Nothing has been handed over. What you continue elsewhere shows here.'
              : 'There is nothing older.'}
          </p>
        </Panel>
      ) : (
        <ol className="flex flex-col gap-5">
          {handoffs.map((handoff) => (
            <li key={handoff.nonce}>
              <Handoff handoff={handoff} />
            </li>
          ))}
        </ol>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        {older !== undefined && (
          <LinkButton href={`/activity?before=${older}`} look="quiet">
            Older
          </LinkButton>
        )}
        {before !== undefined && (
          <LinkButton href="/activity" look="quiet">
            Newest
          </LinkButton>
        )}
        <LinkButton href="/sessions" look="quiet">
          Your sessions
        </LinkButton>
        <LinkButton href="/" look="quiet">
          Home
        </LinkButton>
      </div>
    </div>
  )
}
