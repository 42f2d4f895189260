import type { ReactNode } from 'react'
import { ApplicationMark } from '#components/application-mark.tsx'
import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { ProviderMark } from '#components/provider-mark.tsx'
import { Reference } from '#components/reference.tsx'
import type { Say } from '#lib/languages/say.ts'
import type { SignInView } from '#lib/pages/page.ts'
import { Fields } from './fields.tsx'
import { name, naming } from './name.tsx'
import { signInProblem } from './sign-in-problem-words.ts'

type Props = SignInView & { say: Say }

/** What the title says: the ways to sign in, or why the last one did not work. */
export function signInTitle({ failed }: SignInView, say: Say): string {
  return failed ? signInProblem(failed.error, say).title : say.t('signIn.title')
}

/** The ways to sign in, and why the last one did not work. */
export function SignIn(view: Props) {
  const { say, standing, goOn, again, providers, failed } = view
  const { t } = say
  const isAtProvider = providers.some(({ id }) => id === failed?.provider)
  return (
    <SinglePanel title={t('signIn.title')}>
      <ToContinue {...view} />
      {failed && !isAtProvider && <Failure {...failed} say={say} />}
      {standing && !again && (
        <>
          <p className="text-soft">{t('signIn.standing')}</p>
          <Person person={standing} say={say} />
          <LinkButton href={goOn} look="quiet">
            <span>{t.rich('signIn.goOn', naming(standing))}</span>
          </LinkButton>
          <p className="text-soft">{t('signIn.someoneElse')}</p>
        </>
      )}
      {providers.length === 0 && <p className="text-soft">{t('signIn.inApp')}</p>}
      {providers.map((provider) => (
        <Provider key={provider.id} provider={provider} view={view} />
      ))}
      <WhatHappensNext {...view} />
      {!again && (
        <form method="post" action="/sign-in/another-device">
          <Fields fields={{ callbackUrl: goOn }} />
          <Button type="submit" look="quiet" className="w-full">
            {t('signIn.anotherDevice')}
          </Button>
        </form>
      )}
    </SinglePanel>
  )
}

// To which application, and that it asks for more than a session which stands.
function ToContinue({ application, again, say: { t } }: Props) {
  const values = { application: application?.name ?? '', name }
  return (
    <>
      {application && (
        <div className="flex min-w-0 items-center gap-4">
          <ApplicationMark name={application.name} logo={application.logo} />
          <p className="min-w-0">
            <span className="block text-soft">{t.rich('signIn.continueTo', values)}</span>
            {application.host !== undefined && (
              <bdi dir="ltr" className="block text-soft text-sm">
                {application.host}
              </bdi>
            )}
          </p>
        </div>
      )}
      {again && (
        <p className="text-soft">{application ? t.rich('signIn.again', values) : t('signIn.againHere')}</p>
      )}
    </>
  )
}

type ProviderProps = { provider: SignInView['providers'][number]; view: Props }

function Provider({ provider, view }: ProviderProps) {
  const { failed, goOn, again, lastUsed, say } = view
  const { id, name: provided, color, icon } = provider
  const [problem, last] = [`problem-${id}`, `last-${id}`]
  const hasFailed = failed?.provider === id
  const isLast = lastUsed === id
  const about = [hasFailed && problem, isLast && last].filter((part) => part !== false)
  return (
    <form method="post" action="/sign-in" className="flex flex-col gap-2">
      <Fields fields={{ provider: id, callbackUrl: goOn, ...(again && { again: '1' }) }} />
      {hasFailed && <Failure id={problem} {...failed} say={say} />}
      <Button type="submit" className="w-full" aria-describedby={about.join(' ') || undefined}>
        <ProviderMark name={provided} color={color} icon={icon} />
        <span>{say.t.rich('signIn.continueWith', { provider: provided, name })}</span>
      </Button>
      {isLast && (
        <span id={last} className="self-center text-soft text-sm">
          {say.t('signIn.lastUsed')}
        </span>
      )}
    </form>
  )
}

// Where the buttons lead, and what follows.
function WhatHappensNext({ providers, application, say: { t } }: Props) {
  const [first] = providers
  if (!first) return null
  const values = { provider: first.name, application: application?.name ?? '', name }
  const parts = { ...values, at: (text: ReactNode) => <bdi key="at">{text}</bdi> }
  const isOne = providers.length === 1
  return (
    <p className="text-soft text-sm">
      {application
        ? t.rich(isOne ? 'signIn.nextToApplication' : 'signIn.nextToApplicationAtOneOf', parts)
        : t.rich(isOne ? 'signIn.nextAtOne' : 'signIn.nextAtOneOf', parts)}
    </p>
  )
}

type FailureProps = NonNullable<SignInView['failed']> & { id?: string; say: Say }

function Failure({ id, error, reference, say }: FailureProps) {
  return (
    <div
      id={id}
      role="alert"
      className="flex flex-col gap-2 rounded-xl border border-bad/40 bg-bad/10 px-4 py-3 text-bad"
    >
      <p>{signInProblem(error, say).text}</p>
      <Reference id={reference} say={say} />
    </div>
  )
}
