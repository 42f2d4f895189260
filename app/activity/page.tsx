import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { LinkButton } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'
import { currentLanguage } from '../current-language.ts'
import { LiveChanges } from '../live-changes.tsx'
import { currentActivityView } from '../own-views.ts'
import { Handoff } from './handoff.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await currentLanguage()
  return { title: t('activity.title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Activity({ searchParams }: Props) {
  const { before } = await searchParams
  const view = await currentActivityView(typeof before === 'string' ? before : undefined)
  if (!view) redirect('/sign-in?callbackUrl=/activity')
  const { viewer, handoffs, older, mark } = view
  const say = await currentLanguage()
  const { t } = say
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-5">
      <LiveChanges mark={mark} />
      <h1 className="font-semibold text-2xl tracking-tight">{t('activity.title')}</h1>
      <p className="text-soft">
        {t(viewer.kind === 'handoff' ? 'activity.introOfHandoff' : 'activity.intro')}
      </p>
      {handoffs.length === 0 ? (
        <Panel title={t('activity.nothing')}>
          <p className="text-soft">
            {t(before === undefined ? 'activity.nothingYet' : 'activity.nothingOlder')}
          </p>
        </Panel>
      ) : (
        <ol className="flex flex-col gap-5">
          {handoffs.map((handoff) => (
            <li key={handoff.nonce}>
              <Handoff handoff={handoff} say={say} />
            </li>
          ))}
        </ol>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        {older !== undefined && (
          <LinkButton href={`/activity?before=${older}`} look="quiet">
            {t('activity.older')}
          </LinkButton>
        )}
        {before !== undefined && (
          <LinkButton href="/activity" look="quiet">
            {t('activity.newest')}
          </LinkButton>
        )}
        <LinkButton href="/sessions" look="quiet">
          {t('activity.sessions')}
        </LinkButton>
        <LinkButton href="/" look="quiet">
          {t('common.goHome')}
        </LinkButton>
      </div>
    </div>
  )
}
