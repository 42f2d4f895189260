import { Button, LinkButton } from '#components/button.tsx'
import { placeWords } from '#components/device-words.ts'
import { Time } from '#components/time.tsx'
import type { Say } from '#lib/languages/say.ts'
import type { OwnSession } from '#lib/sessions/own-sessions.ts'
import { hidden } from './hidden.tsx'
import { howItBegan, nameOf } from './session-words.ts'

type Props = { sessions: OwnSession[]; say: Say; parent?: string | null }

/** Sessions, each above those that were handed over from it. */
export function SessionTree({ sessions, say, parent = null }: Props) {
  const own = sessions.filter(({ parentId }) => parentId === parent)
  if (own.length === 0) return null
  return (
    <ul
      className={parent === null ? 'flex flex-col' : 'ms-1 flex flex-col border-line border-s-2 ps-3 sm:ps-5'}
    >
      {own.map((session) => (
        <li key={session.id} className="border-line [ul>&+&]:border-t">
          <Session session={session} endsHere={holdsCurrent(session, sessions)} say={say} />
          <SessionTree sessions={sessions} say={say} parent={session.id} />
        </li>
      ))}
    </ul>
  )
}

// Whether the session that looks ends with this one.
function holdsCurrent({ id, isCurrent }: OwnSession, sessions: OwnSession[]): boolean {
  return isCurrent || sessions.some((one) => one.parentId === id && holdsCurrent(one, sessions))
}

type Shown = { session: OwnSession; endsHere: boolean; say: Say }

function Session({ session, endsHere, say }: Shown) {
  const { t } = say
  const { id, device, network, isCurrent, createdAt, usedAt } = session
  const place = placeWords({ address: device?.address ?? null, network }, say)
  return (
    <div className="flex flex-col gap-3 py-4 sm:flex-row sm:items-start sm:justify-between">
      <div className="flex min-w-0 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <bdi className="font-semibold">{nameOf(session, say)}</bdi>
          {isCurrent && (
            <span className="rounded-full bg-accent/15 px-2.5 py-0.5 font-medium text-accent text-sm">
              {t('sessions.thisBrowser')}
            </span>
          )}
        </p>
        <p className="text-sm">{howItBegan(session, say)}</p>
        <p className="text-soft text-sm">
          <bdi>{place}</bdi>
        </p>
        <p className="text-soft text-sm">
          {t.rich('sessions.since', { time: () => <Time at={createdAt} say={say} /> })}
        </p>
        <p className="text-soft text-sm">
          {t.rich('sessions.lastUsed', { time: () => <Time at={usedAt} say={say} /> })}
        </p>
      </div>
      {endsHere ? (
        <LinkButton href={`/sessions?end=${id}`} look="quiet" className="shrink-0">
          <EndLabel session={session} say={say} />
        </LinkButton>
      ) : (
        <form method="post" action="/sessions" className="flex shrink-0 flex-col">
          <input type="hidden" name="end" value={id} />
          <Button type="submit" look="quiet">
            <EndLabel session={session} say={say} />
          </Button>
        </form>
      )}
    </div>
  )
}

function EndLabel({ session, say }: { session: OwnSession; say: Say }) {
  const named = { name: nameOf(session, say), count: session.descendants, hidden }
  return <span>{say.t.rich('sessions.end', named)}</span>
}
