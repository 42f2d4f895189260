import type { Metadata } from 'next'
import { currentSession } from '#auth'
import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { SignOutForm } from '#components/sign-out-form.tsx'

export const metadata: Metadata = { title: 'Sign out' }

export default async function SignOut() {
  const session = await currentSession()
  if (!session)
    return (
      <SinglePanel title="You are signed out">
        <p className="text-soft">Nobody is signed in in this browser.</p>
        <LinkButton href="/sign-in">Sign in</LinkButton>
      </SinglePanel>
    )
  return (
    <SinglePanel title="Sign out?">
      <Person person={session.user} />
      <p className="text-soft">Browsers that you continued in from here are signed out too.</p>
      <SignOutForm look="primary" />
      <LinkButton href="/" look="quiet">
        Stay signed in
      </LinkButton>
    </SinglePanel>
  )
}
