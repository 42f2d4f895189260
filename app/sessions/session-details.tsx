import { LinkButton } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { Time } from '#components/time.tsx'
import { providerOf } from '#lib/config/provider-of.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { runtime } from '#lib/runtime.ts'

/** What is known of the session of this browser. */
export function SessionDetails({ session }: { session: LiveSession }) {
  const details = [
    [
      'Signed in',
      session.kind === 'handoff'
        ? 'by a hand-off'
        : `with ${providerOf(session.provider, runtime().config)?.name ?? session.provider}`,
    ],
    ['Started', <Time key="since" at={session.createdAt} />],
    ['Verified', <Time key="authenticated" at={session.authTime} />],
    ['Ends', <Time key="ends" at={session.expiresAt} />],
    ['User', <code key="user">{session.user.id}</code>],
    ['Session', <code key="session">{session.id}</code>],
  ] as const
  return (
    <Panel title="This session">
      <Person person={session.user} />
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2 text-sm">
        {details.map(([term, value]) => (
          <div key={term} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-soft">{term}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
      <LinkButton href="/sign-out" look="quiet" className="w-full sm:w-auto sm:self-start">
        Sign out
      </LinkButton>
    </Panel>
  )
}
