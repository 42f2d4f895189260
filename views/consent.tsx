import type { ReactNode } from 'react'
import { ApplicationMark } from '#components/application-mark.tsx'
import { Button } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Say } from '#lib/languages/say.ts'
import { AskedScopes } from './asked-scopes.tsx'
import { Fields } from './fields.tsx'
import { host } from './host.tsx'
import { name } from './name.tsx'

type View = Extract<HandoffView, { state: 'consent' }>

/** What the title of the page says. */
export function consentTitle({ application }: View, { t }: Say): string {
  return t.markup('consent.title', { application: application.name, name: (text) => text })
}

/** Which application asks who somebody is, where it leads, what it would be told of whom, and the answer. */
export function Consent({ application, person, scopes, action, fields, say }: View & { say: Say }) {
  const { t } = say
  const naming = { application: application.name, name }
  return (
    <SinglePanel title={t.rich('consent.title', naming)}>
      <div className="flex min-w-0 items-center gap-4">
        <ApplicationMark name={application.name} logo={application.logo} />
        <p className="min-w-0 text-soft">
          {application.host === undefined
            ? t('consent.leadsToApp')
            : t.rich('consent.leadsTo', { address: application.host, host })}
        </p>
      </div>
      {person && (
        <>
          <p className="text-soft">{t('consent.as')}</p>
          <Person person={person} say={say} />
        </>
      )}
      <div className="flex flex-col gap-2">
        <p className="text-soft">{t.rich('consent.asks', naming)}</p>
        <AskedScopes scopes={scopes} say={say} />
      </div>
      <Documents {...application} say={say} />
      {/* Two buttons, one answer. Works without JavaScript. */}
      <form method="post" action={action} className="flex flex-col gap-4">
        <Fields fields={fields} />
        <Button type="submit" name="answer" value="allow" className="settle w-full">
          {t('consent.allow')}
        </Button>
        <Button type="submit" name="answer" value="deny" look="quiet" className="w-full">
          {t('consent.deny')}
        </Button>
      </form>
      <p className="text-soft text-sm">{t('consent.withdraw')}</p>
    </SinglePanel>
  )
}

function Documents({ say: { t }, ...application }: View['application'] & { say: Say }) {
  const { policyUri, tosUri } = application
  if (policyUri === undefined && tosUri === undefined) return null
  return (
    <p className="flex flex-wrap items-center gap-x-4 text-soft text-sm">
      <span>{t.rich('consent.about', { application: application.name, name })}</span>
      {policyUri !== undefined && <Elsewhere href={policyUri}>{t('consent.policy')}</Elsewhere>}
      {tosUri !== undefined && <Elsewhere href={tosUri}>{t('consent.terms')}</Elsewhere>}
    </p>
  )
}

// In a window of its own: the question is still there after a look.
function Elsewhere({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      className="inline-flex min-h-6 items-center underline underline-offset-4"
    >
      {children}
    </a>
  )
}
