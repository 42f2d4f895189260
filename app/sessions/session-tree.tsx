import { Button, LinkButton } from '#components/button.tsx'
import { placeWords } from '#components/device-words.ts'
import { Time } from '#components/time.tsx'
import type { OwnSession } from '#lib/sessions/own-sessions.ts'
import { howItBegan, nameOf } from './session-words.ts'

type Props = { sessions: OwnSession[]; parent?: string | null }

/** Sessions, each above those that were handed over from it. */
export function SessionTree({ sessions, parent = null }: Props) {
  const own = sessions.filter(({ parentId }) => parentId === parent)
  if (own.length === 0) return null
  return (
    <ul
      className={parent === null ? 'flex flex-col' : 'ml-1 flex flex-col border-line border-l-2 pl-3 sm:pl-5'}
    >
      {own.map((session) => (
        <li key={session.id} className="border-line [ul>&+&]:border-t">
          <Session session={session} endsHere={holdsCurrent(session, sessions)} />
          <SessionTree sessions={sessions} parent={session.id} />
        </li>
      ))}
    </ul>
  )
}

// Whether the session that looks ends with this one.
function holdsCurrent({ id, isCurrent }: OwnSession, sessions: OwnSession[]): boolean {
  return isCurrent || sessions.some((one) => one.parentId === id && holdsCurrent(one, sessions))
}

function Session({ session, endsHere }: { session: OwnSession; endsHere: boolean }) {
  const { id, device, network, isCurrent, createdAt, usedAt } = session
  const place = placeWords({ address: device?.address ?? null, network })
  return (
    <div className="flex flex-col gap-3 py-4 sm:flex-row sm:items-start sm:justify-between">
      <div className="flex min-w-0 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <bdi className="font-semibold">{nameOf(session)}</bdi>
          {isCurrent && (
            <span className="rounded-full bg-accent/15 px-2.5 py-0.5 font-medium text-accent text-sm">
              This browser
            </span>
          )}
        </p>
        <p className="text-sm">{howItBegan(session)}</p>
        <p className="text-soft text-sm">{place}</p>
        <p className="text-soft text-sm">
          Since <Time at={createdAt} />
        </p>
        <p className="text-soft text-sm">
          Last used <Time at={usedAt} />
        </p>
      </div>
      {endsHere ? (
        <LinkButton href={`/sessions?end=${id}`} look="quiet" className="shrink-0">
          <EndLabel session={session} />
        </LinkButton>
      ) : (
        <form method="post" action="/sessions" className="flex shrink-0 flex-col">
          <input type="hidden" name="end" value={id} />
          <Button type="submit" look="quiet">
            <EndLabel session={session} />
          </Button>
        </form>
      )}
    </div>
  )
}

function EndLabel({ session }: { session: OwnSession }) {
  const { descendants } = session
  return (
    <span>
      End<span className="sr-only"> {nameOf(session)}</span>
      {descendants > 0 && ` with ${descendants} ${descendants === 1 ? 'other' : 'others'}`}
    </span>
  )
}
