import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import { runtime } from '#lib/runtime.ts'
import { CleanAddress } from './clean-address.tsx'
import { ConsentForm } from './consent-form.tsx'
import { currentSession } from './current-session.ts'
import { HandoffForm } from './handoff-form.tsx'

/** Shows what an endpoint found about a nonce or a request for consent. */
export async function HandoffStep() {
  const view = runtime().handoffView.getStore()
  if (view?.state === 'consent') return <Consent {...view} />
  if (view?.state !== 'open') return <Gone />
  const { person, standing, mustAsk, application } = view
  const name = person.name ?? person.email ?? 'this person'
  return (
    <SinglePanel title={standing ? 'Switch account?' : `Continue as ${name}?`}>
      {standing && (
        <>
          <p className="text-soft">This browser is signed in as</p>
          <Person person={standing} />
          <p className="text-soft">If you continue, that session ends here and you go on as</p>
        </>
      )}
      <Person person={person} />
      {application && (
        <p className="text-soft">
          You go on to <bdi>{application}</bdi>.
        </p>
      )}
      {mustAsk && (
        <p className="text-soft">
          Continue only if you are <bdi>{name}</bdi> and have just asked for this yourself, in your app or
          another browser.
        </p>
      )}
      <HandoffForm
        action={view.action}
        fields={view.fields}
        bound={view.bound}
        mustAsk={mustAsk}
        label={standing ? `Continue as ${name}` : 'Continue'}
      />
      <LinkButton href="/" look="quiet">
        {standing ? `Stay ${standing.name ?? standing.email ?? 'signed in as before'}` : 'Cancel'}
      </LinkButton>
    </SinglePanel>
  )
}

type ConsentView = Extract<HandoffView, { state: 'consent' }>

function Consent({ application, scopes, action, fields }: ConsentView) {
  return (
    <SinglePanel title={`Sign in to ${application}?`}>
      <p className="text-soft">
        <bdi>{application}</bdi> asks to know who you are here{detailsOf(scopes)}.
      </p>
      <ConsentForm action={action} fields={fields} />
    </SinglePanel>
  )
}

function detailsOf(scopes: string[]): string {
  const words = [
    ...(scopes.includes('profile') ? ['your name and picture'] : []),
    ...(scopes.includes('email') ? ['your e-mail address'] : []),
    ...(scopes.includes('offline_access') ? ['to stay signed in'] : []),
  ]
  return words.length === 0 ? '' : `: ${words.join(', ')}`
}

async function Gone() {
  const session = await currentSession()
  return (
    <SinglePanel title="This link does not work any more">
      <CleanAddress />
      <p className="text-soft">
        A hand-off link works once and only for a short time. Ask for a new one where you are signed in, or
        sign in here.
      </p>
      {session && (
        <LinkButton href="/">
          Go on as {session.user.name ?? session.user.email ?? 'the person signed in here'}
        </LinkButton>
      )}
      <LinkButton href="/sign-in" look={session ? 'quiet' : 'primary'}>
        Sign in
      </LinkButton>
    </SinglePanel>
  )
}
