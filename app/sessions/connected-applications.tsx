import { Button } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'
import { scopeWords } from '#components/scope-words.ts'
import { Time } from '#components/time.tsx'
import type { Say } from '#lib/languages/say.ts'
import type { ConnectedApplication } from '#lib/oidc/connected-applications.ts'
import { hidden } from './hidden.tsx'

const row = 'flex flex-col gap-3 sm:flex-row sm:items-start sm:justify-between'

type Props = { applications: ConnectedApplication[]; say: Say }

/** The applications that the person has let in, each with what it may know, and a button that ends that. */
export function ConnectedApplications({ applications, say }: Props) {
  const { t } = say
  if (applications.length === 0) return null
  return (
    <Panel title={t('sessions.applications.title')}>
      <ul className="flex flex-col">
        {applications.map(({ clientId, name, since, scopes }) => (
          <li key={clientId} className={`${row} border-line py-4 [ul>&+&]:border-t`}>
            <div className="flex min-w-0 flex-col gap-1">
              <bdi className="self-start font-semibold">{name}</bdi>
              <p className="text-sm">{knownWords(scopes, say)}</p>
              {scopes.includes('offline_access') && (
                <p className="text-sm">{t('sessions.applications.staysSignedIn')}</p>
              )}
              <p className="text-soft text-sm">
                {t.rich('sessions.since', { time: () => <Time at={since} say={say} /> })}
              </p>
            </div>
            <form method="post" action="/sessions" className="flex shrink-0 flex-col">
              <input type="hidden" name="withdraw" value={clientId} />
              <Button type="submit" look="quiet">
                <span>{t.rich('sessions.applications.withdraw', { name, hidden })}</span>
              </Button>
            </form>
          </li>
        ))}
      </ul>
      <p className="text-soft text-sm">{t('sessions.applications.withdrawing')}</p>
    </Panel>
  )
}

function knownWords(scopes: string[], say: Say): string {
  const words = scopeWords(scopes, say)
  if (words.length === 0) return say.t('sessions.applications.knows')
  return say.t('sessions.applications.knowsMore', { things: say.format.list(words) })
}
