import type { ReactNode } from 'react'
import { ApplicationMark } from '#components/application-mark.tsx'
import { applicationOf } from '#lib/brand/application-of.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { plainInitiationOf } from '#lib/handoff/initiation.ts'
import { targetsOf } from '#lib/handoff/may-hand-over.ts'
import type { Say } from '#lib/languages/say.ts'
import { runtime } from '#lib/runtime.ts'

const tile = [
  'flex h-full min-h-20 min-w-0 items-center gap-4 rounded-2xl border border-line bg-panel p-4',
  'transition-colors hover:bg-ground',
].join(' ')

/**
 * The applications that a session may hand over to. This browser is signed in already, so a link has each
 * start an ordinary sign-in: no nonce is made for it.
 */
export function Applications({ session, say: { t } }: { session: LiveSession; say: Say }) {
  const shared = runtime()
  const applications = targetsOf(session, shared.config).flatMap((client) => {
    const application = applicationOf(client.client_id, shared)
    const start = plainInitiationOf(client, shared.config)
    return application && start ? { ...application, id: client.client_id, href: start.href } : []
  })
  if (applications.length === 0) return null
  return (
    <section aria-labelledby="applications" className="flex flex-col gap-4">
      <h2 id="applications" className="font-semibold text-lg">
        {t('home.applications')}
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2">
        {applications.map(({ id, href, name, host, logo }) => (
          <li key={id} className="min-w-0">
            <a href={href} rel="noreferrer" className={tile}>
              <ApplicationMark name={name} logo={logo} />
              <span className="flex min-w-0 flex-col text-soft text-sm">
                {t.rich('home.openIn', { application: name, name: large })}
                {host !== undefined && <bdi dir="ltr">{host}</bdi>}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function large(name: ReactNode): ReactNode {
  return <bdi className="self-start font-semibold text-base text-ink">{name}</bdi>
}
