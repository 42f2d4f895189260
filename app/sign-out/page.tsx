import type { Metadata } from 'next'
import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { isSignOutState } from '#lib/callers/sign-out-cookie.ts'
import type { Visit } from '#lib/callers/visit.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import { runtime } from '#lib/runtime.ts'
import type { PageSession } from '#lib/sessions/page-session.ts'
import { offersUpstreamLogout } from '#lib/sessions/upstream-logout.ts'
import { currentVisit, requestCookie } from '../current-session.ts'
import { SignOutForm } from './sign-out-form.tsx'

export const metadata: Metadata = { title: 'Sign out' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignOut({ searchParams }: Props) {
  const { session, live } = await currentVisit()
  return session ? <Choice session={session} live={live} /> : <SignedOut {...(await searchParams)} />
}

async function SignedOut({ state, provider }: Awaited<Props['searchParams']>) {
  const isBack = isSignOutState(state, await requestCookie(), runtime().config)
  return (
    <SinglePanel title="You are signed out">
      <p className="text-soft">{wordsFor({ isBack, isUnreachable: provider === 'unreachable' })}</p>
      <LinkButton href="/sign-in">Sign in</LinkButton>
    </SinglePanel>
  )
}

function wordsFor({ isBack, isUnreachable }: { isBack: boolean; isUnreachable: boolean }): string {
  if (isBack)
    return 'You are signed out in this browser, and the provider has been asked to sign you out as well.'
  return isUnreachable
    ? 'You are signed out in this browser. Your provider did not answer: sign out there yourself.'
    : 'No session is open in this browser.'
}

async function Choice({ session, live }: { session: PageSession; live: Visit['live'] }) {
  const shared = runtime()
  const provider = providerOf(session.provider, shared.config)
  const goesOn = live && provider && (await offersUpstreamLogout(live, shared))
  return (
    <SinglePanel title="Sign out?">
      <Person person={session.user} />
      <p className="text-soft">Browsers that you continued in from here are signed out too.</p>
      <SignOutForm look="primary" />
      {goesOn && (
        <>
          <p className="text-soft">
            {provider.name} may still know you in this browser, and let the next person in as you.
          </p>
          <form method="post" action="/sign-out/provider">
            <Button type="submit" look="quiet" className="w-full">
              {`Sign out here and at ${provider.name}`}
            </Button>
          </form>
        </>
      )}
      {live && live.kind !== 'handoff' && (
        <>
          <p className="text-soft">Lost a device? This signs you out in every browser and app.</p>
          <form method="post" action="/sign-out">
            <input type="hidden" name="everywhere" value="1" />
            <Button type="submit" look="quiet" className="w-full">
              Sign out everywhere
            </Button>
          </form>
        </>
      )}
      <LinkButton href="/" look="quiet">
        Stay signed in
      </LinkButton>
    </SinglePanel>
  )
}
