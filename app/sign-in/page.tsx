import type { Metadata } from 'next'
import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { ProviderMark } from '#components/provider-mark.tsx'
import { Reference } from '#components/reference.tsx'
import { signInProblem } from '#components/sign-in-problem.ts'
import { isFirstRun } from '#lib/config/is-first-run.ts'
import { ownPath } from '#lib/http/own-path.ts'
import { runtime } from '#lib/runtime.ts'
import { currentVisit } from '../current-session.ts'
import { FirstRun } from '../first-run.tsx'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignIn({ searchParams }: Props) {
  const { error, reference, callbackUrl, again } = await searchParams
  const { config, oidc } = runtime()
  if (isFirstRun(config)) return <FirstRun origin={config.url} />
  const { session } = await currentVisit()
  const goOn = (typeof callbackUrl === 'string' && ownPath(callbackUrl, config.url)) || '/'
  // Where that cannot be known, the sign-in itself need not fail.
  const application = await oidc.applicationAt(goOn).catch(() => undefined)
  return (
    <SinglePanel title="Sign in">
      {application && (
        <p className="text-soft">
          to continue to <bdi>{application}</bdi>
        </p>
      )}
      {typeof error === 'string' && (
        <div
          role="alert"
          className="flex flex-col gap-2 rounded-xl border border-bad/40 bg-bad/10 px-4 py-3 text-bad"
        >
          <p>{signInProblem(error).text}</p>
          <Reference id={reference} />
        </div>
      )}
      {session && again !== '1' && (
        <>
          <p className="text-soft">You are already signed in in this browser as</p>
          <Person person={session.user} />
          <LinkButton href={goOn} look="quiet">
            Go on as {session.user.name ?? 'this person'}
          </LinkButton>
          <p className="text-soft">or sign in as someone else:</p>
        </>
      )}
      {config.providers.length === 0 && (
        <p className="text-soft">
          People sign in through their app here. Open the app, and go on from there.
        </p>
      )}
      {config.providers.map(({ id, name, color }) => (
        <form key={id} method="post" action="/sign-in">
          <input type="hidden" name="provider" value={id} />
          <input type="hidden" name="callbackUrl" value={goOn} />
          {again === '1' && <input type="hidden" name="again" value="1" />}
          <Button type="submit" className="w-full">
            <ProviderMark name={name} color={color} />
            Continue with {name}
          </Button>
        </form>
      ))}
    </SinglePanel>
  )
}
