import { LinkButton } from '#components/button.tsx'
import { Panel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import type { Visit } from '#lib/callers/visit.ts'
import { isFirstRun } from '#lib/config/is-first-run.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import { mayChain } from '#lib/handoff/may-hand-over.ts'
import { runtime } from '#lib/runtime.ts'
import type { PageSession } from '#lib/sessions/page-session.ts'
import { CallBackend } from './call-backend.tsx'
import { ContinueElsewhere } from './continue-elsewhere.tsx'
import { currentVisit } from './current-session.ts'
import { FirstRun } from './first-run.tsx'
import { SignOutForm } from './sign-out/sign-out-form.tsx'

export default async function Home() {
  const { session, live } = await currentVisit()
  if (session) return <SignedIn session={session} live={live} />
  const { config } = runtime()
  return isFirstRun(config) ? <FirstRun origin={config.url} /> : <SignedOut />
}

function SignedOut() {
  return (
    <div className="m-auto flex max-w-xl flex-col items-start gap-6 py-10">
      <h1 className="text-balance font-semibold text-4xl tracking-tight sm:text-5xl">
        Signed in here. Signed in there.
      </h1>
      <p className="text-pretty text-lg text-soft">
        Sign in once, then take your session to another browser, a web view or another application, without
        signing in again and without a token ever leaving the server.
      </p>
      <LinkButton href="/sign-in" className="w-full sm:w-auto">
        Sign in
      </LinkButton>
    </div>
  )
}

function SignedIn({ session, live }: { session: PageSession; live: Visit['live'] }) {
  const { config } = runtime()
  const mayHandOver = !live || mayChain(live, config)
  const provider = providerOf(session.provider, config)
  const backends = config.backends.map(({ name }) => name)
  return (
    <div className="grid gap-5 lg:grid-cols-2 lg:items-start">
      <div className="flex flex-col gap-5">
        <Panel title="You are signed in" level={1}>
          <Person person={session.user} />
          <p className="text-soft">
            {provider ? `Signed in with ${provider.name}.` : 'Signed in by your app.'}
          </p>
          <p className="flex flex-wrap gap-x-5 gap-y-3">
            <a className="text-accent underline underline-offset-4" href="/sessions">
              Your sessions
            </a>
            <a className="text-accent underline underline-offset-4" href="/activity">
              Activity
            </a>
          </p>
          {session.error && (
            <p role="alert" className="text-bad">
              {provider?.name ?? 'The provider'} has ended this sign-in, so backends cannot be called any
              more. Sign out and in again to go on.
            </p>
          )}
          <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
            <SignOutForm />
            <a className="text-accent underline underline-offset-4" href="/sign-out">
              Other devices and the provider
            </a>
          </div>
        </Panel>
        <Panel title="Call a backend">
          <CallBackend backends={backends} />
        </Panel>
      </div>
      <Panel title="Continue in another browser">
        {mayHandOver ? (
          <>
            <ContinueElsewhere
              name={session.user.name ?? session.user.email ?? 'you'}
              isBound={config.handoff.binding === 'verifier'}
            />
            <a className="text-accent underline underline-offset-4" href="/device">
              Sign in a device that shows a code
            </a>
          </>
        ) : (
          <p className="text-soft">
            This session came from another browser or an app. Go back there to continue in one more place.
          </p>
        )}
      </Panel>
    </div>
  )
}
