import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { scopeWords } from '#components/scope-words.ts'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Page } from '#lib/pages/page.ts'
import { CleanAddress } from './clean-address.tsx'
import { ConsentForm } from './consent-form.tsx'
import { HandoffForm } from './handoff-form.tsx'
import { timeAgo } from './time-ago.ts'
import { WaitingForm } from './waiting-form.tsx'

type Props = Extract<Page, { name: 'handoff' }>

/** Shows what an endpoint found about a nonce or a request for consent. */
export function Handoff({ view, visitor }: Props) {
  switch (view.state) {
    case 'open':
      return <Open {...view} />
    case 'asking':
      return <Asking {...view} />
    case 'consent':
      return <Consent {...view} />
    case 'far':
      return <Far />
    case 'gone':
      return <Gone visitor={visitor} />
  }
}

function Open({ person, standing, mustAsk, bound, source, hasAsked, ...rest }: View<'open'>) {
  const { application, action, fields } = rest
  const name = nameOf(person)
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
      <SourceLine source={source} hasAsked={hasAsked} />
      {mustAsk && <Caution name={name} hasAsked={hasAsked} />}
      <HandoffForm
        action={action}
        fields={fields}
        bound={bound}
        mustAsk={mustAsk}
        label={standing ? `Continue as ${name}` : 'Continue'}
        cancelLabel={standing ? `Stay ${standing.name ?? standing.email ?? 'signed in as before'}` : 'Cancel'}
      />
    </SinglePanel>
  )
}

type Asked = Pick<View<'open'>, 'hasAsked'>

function Caution({ name, hasAsked }: Asked & { name: string }) {
  return hasAsked ? (
    <p className="text-soft">
      Continue only if you are <bdi>{name}</bdi> and have said yes yourself. If it was somebody else, cancel:
      this browser would work in their account.
    </p>
  ) : (
    <p className="text-soft">
      Continue only if you are <bdi>{name}</bdi> and have just asked for this yourself, in your app or another
      browser. If somebody sent you this link, cancel.
    </p>
  )
}

function SourceLine({ source, hasAsked }: Asked & { source: View<'open'>['source'] }) {
  const { application, browser, system, secondsAgo, network } = source
  const device = [browser, system].filter((one) => one !== null).join(' on ')
  return (
    <p className="text-soft">
      {hasAsked ? 'Said yes' : 'Asked for'} {timeAgo(secondsAgo)}
      {application ? (
        <>
          {' '}
          by <bdi>{application}</bdi>
          {device && ` (${device})`}
        </>
      ) : (
        ` in ${device || 'a browser'}`
      )}
      {networks[network]}
    </p>
  )
}

const networks = {
  same: ', in the same network as this browser.',
  other: ', in another network than this browser’s.',
  unknown: '.',
}

function Asking({ person, number, application, action, fields }: View<'asking'>) {
  return (
    <SinglePanel title="Say yes on your other device">
      <Person person={person} />
      <p className="text-soft">
        Look where you asked for this. It shows the same number, and asks whether this browser may go on
        {application && (
          <>
            {' '}
            to <bdi>{application}</bdi>
          </>
        )}
        .
      </p>
      <p className="text-center font-semibold text-5xl tabular-nums tracking-widest">
        <span className="sr-only">The number is </span>
        {number}
      </p>
      <WaitingForm action={action} fields={fields} />
    </SinglePanel>
  )
}

function Far() {
  return (
    <SinglePanel title="This link works in another network">
      <CleanAddress />
      <p className="text-soft">
        It was made in another network than the one that this browser is in. Connect both devices to the same
        one, ask for a new link and open it there, or sign in here.
      </p>
      <LinkButton href="/sign-in">Sign in</LinkButton>
    </SinglePanel>
  )
}

function nameOf({ name, email }: View<'open'>['person']): string {
  return name ?? email ?? 'this person'
}

type View<State> = Extract<HandoffView, { state: State }>

function Consent({ application, scopes, action, fields }: View<'consent'>) {
  return (
    <SinglePanel title={`Sign in to ${application}?`}>
      <p className="text-soft">
        <bdi>{application}</bdi> asks to know who you are here{scopeWords(scopes)}.
      </p>
      <ConsentForm action={action} fields={fields} />
    </SinglePanel>
  )
}

function Gone({ visitor }: Pick<Props, 'visitor'>) {
  return (
    <SinglePanel title="This link does not work any more">
      <CleanAddress />
      <p className="text-soft">
        A hand-off link works once and only for a short time. Ask for a new one where you are signed in, or
        sign in here.
      </p>
      {visitor && (
        <LinkButton href="/">
          Go on as {visitor.name ?? visitor.email ?? 'the person signed in here'}
        </LinkButton>
      )}
      <LinkButton href="/sign-in" look={visitor ? 'quiet' : 'primary'}>
        Sign in
      </LinkButton>
    </SinglePanel>
  )
}
