import type { Metadata } from 'next'
import { currentSession } from '#auth'
import { LinkButton } from '#components/button.tsx'
import { CleanAddress } from '#components/clean-address.tsx'
import { HandoffForm } from '#components/handoff-form.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { runtime } from '#lib/runtime.ts'

export const metadata: Metadata = { title: 'Continue' }

/** What the server found about the nonce (lib/http/handoff-lane.ts), shown. */
export default async function Handoff() {
  const view = runtime().handoffView.getStore()
  if (view?.state !== 'open') return <Gone />
  const { person, standing, mustAsk } = view
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
      {mustAsk && (
        <p className="text-soft">
          Continue only if you are <bdi>{name}</bdi> and have just asked for this yourself, in your app or
          another browser.
        </p>
      )}
      <HandoffForm
        nonce={view.nonce}
        formToken={view.formToken}
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
