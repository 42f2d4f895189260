import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { currentVisit } from '../current-session.ts'

export const metadata: Metadata = { title: 'Session details' }

export default async function SessionDetails() {
  const { live: session } = await currentVisit()
  if (!session) redirect('/sign-in?callbackUrl=/session')
  const details = [
    ['Signed in', session.kind === 'handoff' ? 'by a hand-off' : `with ${session.provider}`],
    ['Started', <Time key="since" at={session.createdAt} />],
    ['Verified', <Time key="authenticated" at={session.authTime} />],
    ['Ends', <Time key="ends" at={session.expiresAt} />],
    ['User', <code key="user">{session.user.id}</code>],
    ['Session', <code key="session">{session.id}</code>],
  ] as const
  return (
    <SinglePanel title="This session">
      <Person person={session.user} />
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2 text-sm">
        {details.map(([term, value]) => (
          <div key={term} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-soft">{term}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
      <LinkButton href="/sign-out" look="quiet">
        Sign out
      </LinkButton>
    </SinglePanel>
  )
}

function Time({ at }: { at: Date }) {
  const text = at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return <time dateTime={at.toISOString()}>{text} UTC</time>
}
