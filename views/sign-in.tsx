import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { ProviderMark } from '#components/provider-mark.tsx'
import { Reference } from '#components/reference.tsx'
import type { SignInView } from '#lib/pages/page.ts'
import { Fields } from './fields.tsx'
import { signInProblem } from './sign-in-problem-words.ts'

/** The ways to sign in, and why the last one did not work. */
export function SignIn({ application, error, reference, standing, goOn, again, providers }: SignInView) {
  return (
    <SinglePanel title="Sign in">
      {application && (
        <p className="text-soft">
          to continue to <bdi>{application}</bdi>
        </p>
      )}
      {error !== undefined && (
        <div
          role="alert"
          className="flex flex-col gap-2 rounded-xl border border-bad/40 bg-bad/10 px-4 py-3 text-bad"
        >
          <p>{signInProblem(error).text}</p>
          <Reference id={reference} />
        </div>
      )}
      {standing && !again && (
        <>
          <p className="text-soft">You are already signed in in this browser as</p>
          <Person person={standing} />
          <LinkButton href={goOn} look="quiet">
            Go on as {standing.name ?? 'this person'}
          </LinkButton>
          <p className="text-soft">or sign in as someone else:</p>
        </>
      )}
      {providers.length === 0 && (
        <p className="text-soft">
          People sign in through their app here. Open the app, and go on from there.
        </p>
      )}
      {providers.map(({ id, name, color }) => (
        <form key={id} method="post" action="/sign-in">
          <Fields fields={{ provider: id, callbackUrl: goOn, ...(again && { again: '1' }) }} />
          <Button type="submit" className="w-full">
            <ProviderMark name={name} color={color} />
            Continue with {name}
          </Button>
        </form>
      ))}
      {!again && (
        <form method="post" action="/sign-in/another-device">
          <Fields fields={{ callbackUrl: goOn }} />
          <Button type="submit" look="quiet" className="w-full">
            Use another device
          </Button>
        </form>
      )}
    </SinglePanel>
  )
}
