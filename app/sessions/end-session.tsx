import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { OwnSession } from '#lib/sessions/own-sessions.ts'
import { Resettle } from '../resettle.tsx'
import { nameOf } from './session-words.ts'

type Props = { what: OwnSession | 'all'; viewer: LiveSession; count: number }

/** Asks before this browser is signed out; works without JavaScript. */
export function EndSession({ what, viewer, count }: Props) {
  const isAll = what === 'all'
  return (
    <SinglePanel title={titleOf(what, viewer)}>
      <Resettle />
      {!isAll && <bdi className="font-semibold">{nameOf(what)}</bdi>}
      <p className="text-soft">{isAll ? allText(viewer, count) : branchText(what)}</p>
      <form method="post" action="/sessions">
        <input type="hidden" name="end" value={isAll ? 'all' : what.id} />
        <Button type="submit" className="settle w-full">
          {isAll && viewer.kind !== 'handoff' ? 'Sign out everywhere' : 'End'}
        </Button>
      </form>
      <LinkButton href="/sessions" look="quiet">
        Cancel
      </LinkButton>
    </SinglePanel>
  )
}

function titleOf(what: OwnSession | 'all', { kind }: LiveSession): string {
  if (what !== 'all') return 'End this session?'
  return kind === 'handoff' ? 'End all of these?' : 'Sign out everywhere?'
}

function allText({ kind }: LiveSession, count: number): string {
  if (kind === 'handoff') return `This browser is signed out, and ${others(count - 1)} with it.`
  return `You are signed out in every browser and app: here, and in ${others(count - 1)}.`
}

function branchText({ isCurrent, descendants }: OwnSession): string {
  const rest = isCurrent ? descendants : descendants - 1
  if (isCurrent && rest === 0) return 'This browser is signed out.'
  if (isCurrent) return `This browser is signed out, and ${others(rest)} with it.`
  return rest === 0
    ? 'This browser is signed out with it.'
    : `This browser is signed out with it, and ${others(rest)} too.`
}

function others(count: number): string {
  return `${count} other ${count === 1 ? 'session' : 'sessions'}`
}
