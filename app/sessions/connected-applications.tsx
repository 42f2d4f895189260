import { Button } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'
import { scopeWords } from '#components/scope-words.ts'
import { Time } from '#components/time.tsx'
import type { ConnectedApplication } from '#lib/oidc/connected-applications.ts'

const row = 'flex flex-col gap-3 sm:flex-row sm:items-start sm:justify-between'

/** The applications that the person has let in, each with what it may know, and a button that ends that. */
export function ConnectedApplications({ applications }: { applications: ConnectedApplication[] }) {
  if (applications.length === 0) return null
  return (
    <Panel title="Applications that know you">
      <ul className="flex flex-col">
        {applications.map(({ clientId, name, since, scopes }) => (
          <li key={clientId} className={`${row} border-line py-4 [ul>&+&]:border-t`}>
            <div className="flex min-w-0 flex-col gap-1">
              <bdi className="font-semibold">{name}</bdi>
              <p className="text-sm">Knows who you are{scopeWords(scopes)}.</p>
              <p className="text-soft text-sm">
                Since <Time at={since} />
              </p>
            </div>
            <form method="post" action="/sessions" className="flex shrink-0 flex-col">
              <input type="hidden" name="withdraw" value={clientId} />
              <Button type="submit" look="quiet">
                <span>
                  Withdraw<span className="sr-only"> the access of {name}</span>
                </span>
              </Button>
            </form>
          </li>
        ))}
      </ul>
      <p className="text-soft text-sm">
        An application without access cannot ask who you are any more, within five minutes at the latest, and
        is told that you have signed out. It may ask again when you come back.
      </p>
    </Panel>
  )
}
