import type { ReactNode } from 'react'
import { LinkButton } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { Time } from '#components/time.tsx'
import { providerOf } from '#lib/config/provider-of.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { Say } from '#lib/languages/say.ts'
import { runtime } from '#lib/runtime.ts'
import { isolated } from '../isolated.tsx'

/** What is known of the session of this browser. */
export function SessionDetails({ session, say }: { session: LiveSession; say: Say }) {
  const { t } = say
  const details = [
    ['signedIn', howSignedIn(session, say)],
    ['started', <Time key="started" at={session.createdAt} say={say} />],
    ['verified', <Time key="verified" at={session.authTime} say={say} />],
    ['ends', <Time key="ends" at={session.expiresAt} say={say} />],
    ['user', <Id key="user" id={session.user.id} />],
    ['session', <Id key="session" id={session.id} />],
  ] as const
  return (
    <Panel title={t('sessions.details.title')}>
      <Person person={session.user} say={say} />
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2 text-sm">
        {details.map(([term, value]) => (
          <div key={term} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-soft">{t(`sessions.details.${term}`)}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
      <LinkButton href="/sign-out" look="quiet" className="w-full sm:w-auto sm:self-start">
        {t('sessions.details.signOut')}
      </LinkButton>
    </Panel>
  )
}

function Id({ id }: { id: string }) {
  return <code dir="ltr">{id}</code>
}

function howSignedIn({ kind, provider: id }: LiveSession, { t }: Say): ReactNode {
  if (kind === 'handoff') return t('sessions.details.byHandoff')
  const provider = providerOf(id, runtime().config)?.name ?? String(id)
  return t.rich('sessions.details.withProvider', { provider, name: isolated })
}
