import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { Say } from '#lib/languages/say.ts'
import type { OwnSession } from '#lib/sessions/own-sessions.ts'
import { Resettle } from '../resettle.tsx'
import { nameOf } from './session-words.ts'

type Props = { what: OwnSession | 'all'; viewer: LiveSession; count: number; say: Say }

/** Asks before this browser is signed out; works without JavaScript. */
export function EndSession({ what, viewer, count, say }: Props) {
  const isAll = what === 'all'
  const { t } = say
  return (
    <SinglePanel title={endTitle(what, viewer, say)}>
      <Resettle />
      {!isAll && <bdi className="self-start font-semibold">{nameOf(what, say)}</bdi>}
      <p className="text-soft">{isAll ? allText(viewer, count - 1, say) : branchText(what, say)}</p>
      <form method="post" action="/sessions">
        <input type="hidden" name="end" value={isAll ? 'all' : what.id} />
        <Button type="submit" className="settle w-full">
          {t(isAll && viewer.kind !== 'handoff' ? 'sessions.everywhere' : 'sessions.ending.end')}
        </Button>
      </form>
      <LinkButton href="/sessions" look="quiet">
        {t('sessions.ending.cancel')}
      </LinkButton>
    </SinglePanel>
  )
}

/** What is asked. */
export function endTitle(what: OwnSession | 'all', { kind }: LiveSession, { t }: Say): string {
  if (what !== 'all') return t('sessions.ending.title')
  return t(kind === 'handoff' ? 'sessions.ending.titleAll' : 'sessions.ending.titleEverywhere')
}

function allText({ kind }: LiveSession, count: number, { t }: Say): string {
  return t(kind === 'handoff' ? 'sessions.ending.here' : 'sessions.ending.everywhere', { count })
}

function branchText({ isCurrent, descendants }: OwnSession, { t }: Say): string {
  if (isCurrent) return t('sessions.ending.here', { count: descendants })
  // This session is one of them.
  return t('sessions.ending.above', { count: descendants - 1 })
}
