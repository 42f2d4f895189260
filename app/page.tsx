import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { LinkButton } from '#components/button.tsx'
import { titleOf } from '#components/page-head.ts'
import { Panel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import type { Visit } from '#lib/callers/visit.ts'
import { straightProvider } from '#lib/config/auto-sign-in.ts'
import { isFirstRun } from '#lib/config/is-first-run.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import { mayChain } from '#lib/handoff/may-hand-over.ts'
import type { Say } from '#lib/languages/say.ts'
import { runtime } from '#lib/runtime.ts'
import type { PageSession } from '#lib/sessions/page-session.ts'
import { Applications } from './applications.tsx'
import { ContinueElsewhere } from './continue-elsewhere.tsx'
import { currentLanguage } from './current-language.ts'
import { currentVisit } from './current-session.ts'
import { DeveloperTool } from './developer-tool.tsx'
import { FirstRun } from './first-run.tsx'
import { isolated } from './isolated.tsx'
import { OtherDevices } from './other-devices.tsx'
import { previewedHandoff } from './previewed-handoff.ts'
import { SignOutForm } from './sign-out/sign-out-form.tsx'
import type { Handoff } from './use-handoff.ts'

const link = 'text-accent underline underline-offset-4'

export async function generateMetadata(): Promise<Metadata> {
  const [{ session }, { t }] = [await currentVisit(), await currentLanguage()]
  const { branding } = runtime().config
  return { title: { absolute: session ? titleOf(t('home.title'), branding) : branding.name } }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Home({ searchParams }: Props) {
  const { session, live } = await currentVisit()
  const say = await currentLanguage()
  const { config } = runtime()
  const previewed = config.isDemo ? previewedHandoff((await searchParams).phase) : undefined
  if (session) return <SignedIn session={session} live={live} say={say} previewed={previewed} />
  if (isFirstRun(config)) return <FirstRun origin={config.url} />
  // Who comes from a page of Baton's own, as after a Cancel, has seen where they go.
  const isInside = (await headers()).get('sec-fetch-site') === 'same-origin'
  if (straightProvider(config) && !isInside) redirect('/sign-in')
  return <SignedOut say={say} />
}

function SignedOut({ say: { t } }: { say: Say }) {
  return (
    <div className="m-auto flex max-w-xl flex-col items-start gap-6 py-10">
      <h1 className="text-balance font-semibold text-4xl tracking-tight sm:text-5xl">
        <bdi>{runtime().config.branding.name}</bdi>
      </h1>
      <p className="text-pretty text-lg text-soft">{t('home.welcome')}</p>
      <LinkButton href="/sign-in" className="w-full sm:w-auto">
        {t('home.signIn')}
      </LinkButton>
    </div>
  )
}

type SignedInProps = {
  session: PageSession
  live: Visit['live']
  say: Say
  /** How far a hand-off has come, in a preview. */
  previewed?: Handoff | undefined
}

function SignedIn({ session, live, say, previewed }: SignedInProps) {
  const { config } = runtime()
  const backends = config.backends.map(({ name }) => name)
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] lg:grid-rows-[auto_1fr_auto]">
      <Who session={session} live={live} say={say} />
      <div className="flex min-w-0 flex-col gap-5 lg:col-start-2 lg:row-span-2 lg:row-start-1">
        <Panel title={say.t('home.continue')}>
          <Continue session={session} live={live} say={say} previewed={previewed} />
        </Panel>
        {live && <Applications session={live} say={say} />}
      </div>
      <div className="min-w-0 lg:col-start-1">{live && <OtherDevices session={live} say={say} />}</div>
      {config.isDemo && (
        <div className="min-w-0 lg:col-span-2">
          <DeveloperTool backends={backends} />
        </div>
      )}
    </div>
  )
}

function Who({ session, live, say }: SignedInProps) {
  const { t } = say
  const provider = providerOf(session.provider, runtime().config)
  const signedIn = provider && { provider: provider.name, name: isolated }
  // A hand-off signs out itself alone.
  const hasOtherWays = live && live.kind !== 'handoff'
  return (
    <Panel title={t('home.title')} level={1}>
      <Person person={session.user} say={say} />
      {session.error === undefined ? (
        <p className="text-soft">{howSignedIn({ session, live, say })}</p>
      ) : (
        <>
          <p role="alert" className="text-bad">
            {signedIn ? t.rich('home.signInEnded', signedIn) : t('home.signInEndedAtProvider')}
          </p>
          <LinkButton href="/sign-in" className="w-full">
            {t('home.signInAgain')}
          </LinkButton>
        </>
      )}
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <SignOutForm say={say} />
        {hasOtherWays && (
          <a className={link} href="/sign-out">
            {t('home.otherWays')}
          </a>
        )}
      </div>
    </Panel>
  )
}

// A hand-off keeps the provider of its source. That of a browser may have left the configuration since.
function howSignedIn({ session, live, say: { t } }: SignedInProps): ReactNode {
  if (live?.kind === 'handoff') return t('home.signedInByHandoff')
  const { provider: id } = session
  if (live?.kind === 'app' || !id) return t('home.signedInByApp')
  const provider = providerOf(id, runtime().config)?.name ?? id
  return t.rich('home.signedInWith', { provider, name: isolated })
}

function Continue({ session, live, say: { t }, previewed }: SignedInProps) {
  const { config } = runtime()
  if (live && !mayChain(live, config)) return <p className="text-soft">{t('home.mayNotHandOver')}</p>
  const name = session.user.name ?? session.user.email ?? t('common.unnamedPerson')
  return (
    <>
      <ContinueElsewhere name={name} isBound={config.handoff.binding === 'verifier'} previewed={previewed} />
      <a className={link} href="/device">
        {t('home.enterCode')}
      </a>
    </>
  )
}
