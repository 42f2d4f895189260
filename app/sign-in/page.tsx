import type { Metadata } from 'next'
import { currentSession } from '#auth'
import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { signInProblem } from '#components/sign-in-problem.ts'
import { runtime } from '#lib/runtime.ts'
import { signInWith } from './actions.ts'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignIn({ searchParams }: Props) {
  const { error, callbackUrl, again } = await searchParams
  const session = await currentSession()
  const { providers } = runtime().config
  const goOn = typeof callbackUrl === 'string' ? callbackUrl : '/'
  return (
    <SinglePanel title="Sign in">
      {typeof error === 'string' && (
        <p role="alert" className="rounded-xl border border-bad/40 bg-bad/10 px-4 py-3 text-bad">
          {signInProblem(error)}
        </p>
      )}
      {session && again !== '1' && (
        <>
          <p className="text-soft">You are already signed in in this browser as</p>
          <Person person={session.user} />
          <LinkButton href="/" look="quiet">
            Go on as {session.user.name ?? 'this person'}
          </LinkButton>
          <p className="text-soft">or sign in as someone else:</p>
        </>
      )}
      {providers.length === 0 && (
        <p className="text-soft">
          No provider is configured yet. Add one under <code>providers</code> in the configuration file and
          restart Baton.
        </p>
      )}
      {providers.map(({ id, name }) => (
        <form key={id} action={signInWith.bind(null, id, goOn, again === '1')}>
          <Button type="submit" className="w-full">
            Continue with {name ?? id}
          </Button>
        </form>
      ))}
    </SinglePanel>
  )
}
