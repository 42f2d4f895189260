import type { ReactNode } from 'react'
import { LinkButton } from '#components/button.tsx'
import { deviceName } from '#components/device-words.ts'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { timeAgo } from '#components/time-ago.ts'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Say } from '#lib/languages/say.ts'
import type { Page } from '#lib/pages/page.ts'
import { BigNumber } from './big-number.tsx'
import { CleanAddress } from './clean-address.tsx'
import { Consent, consentTitle } from './consent.tsx'
import { Gone, goneTitle } from './gone.tsx'
import { HandoffForm } from './handoff-form.tsx'
import { name, naming } from './name.tsx'
import { WaitingForm } from './waiting-form.tsx'

type Props = Extract<Page, { name: 'handoff' }> & { say: Say }

/** What the title of the page says: no person, as titles stay in the history of a browser. */
export function handoffTitle(view: HandoffView, say: Say): string {
  switch (view.state) {
    case 'open':
      return view.standing ? say.t('handoff.open.switchTitle') : say.t('handoff.open.title')
    case 'asking':
      return say.t('handoff.asking.title')
    case 'consent':
      return consentTitle(view, say)
    case 'far':
      return say.t('handoff.far.title')
    case 'over':
      return say.t('handoff.over.title')
    case 'gone':
      return goneTitle(view, say)
  }
}

/** Shows what an endpoint found about a nonce or a request for consent. */
export function Handoff({ view, visitor, say }: Props) {
  switch (view.state) {
    case 'open':
      return <Open {...view} say={say} />
    case 'asking':
      return <Asking {...view} say={say} />
    case 'consent':
      return <Consent {...view} say={say} />
    case 'far':
      return <Far say={say} />
    case 'over':
      return <Over say={say} />
    case 'gone':
      return <Gone {...view} visitor={visitor} say={say} />
  }
}

type View<State> = Extract<HandoffView, { state: State }> & { say: Say }

function Open({ person, standing, mustAsk, bound, source, hasAsked, say, ...rest }: View<'open'>) {
  const { t } = say
  const { application, action, fields } = rest
  const heading = standing ? t('handoff.open.switchTitle') : t.rich('handoff.open.heading', naming(person))
  return (
    <SinglePanel title={heading}>
      {standing && (
        <>
          <p className="text-soft">{t('handoff.open.standing')}</p>
          <Person person={standing} say={say} />
          <p className="text-soft">{t('handoff.open.ends')}</p>
        </>
      )}
      <Person person={person} say={say} />
      {application && <p className="text-soft">{t.rich('handoff.open.goOnTo', { application, name })}</p>}
      <p className="text-soft">{sourceWords({ source, hasAsked, say })}</p>
      {mustAsk && (
        <p className="text-soft">
          {t.rich(hasAsked ? 'handoff.open.careAsked' : 'handoff.open.care', naming(person))}
        </p>
      )}
      <HandoffForm
        action={action}
        fields={fields}
        bound={bound}
        mustAsk={mustAsk}
        label={standing ? t.rich('handoff.open.continueAs', naming(person)) : t('handoff.open.continue')}
        cancelLabel={standing ? t.rich('handoff.open.stay', naming(standing)) : t('handoff.open.cancel')}
        say={say}
      />
    </SinglePanel>
  )
}

type Asked = Pick<View<'open'>, 'source' | 'hasAsked' | 'say'>

// Since when and from where the browser may go on, and which application asked for that.
function sourceWords({ source, hasAsked, say }: Asked): ReactNode {
  const { t } = say
  const { application, browser, system, secondsAgo, network } = source
  const isKnown = browser !== null || system !== null
  const values = {
    ago: timeAgo(secondsAgo, say),
    device: isKnown ? deviceName(source, say) : t('handoff.source.unknownBrowser'),
    // `other` is what ICU calls all the rest.
    network: network === 'other' ? 'different' : network,
  }
  if (!source.isByApp) return t(hasAsked ? 'handoff.source.yesIn' : 'handoff.source.askedIn', values)
  const by = { ...values, application: application ?? t('handoff.source.unknownApp'), name }
  if (isKnown) return t.rich(hasAsked ? 'handoff.source.yesByIn' : 'handoff.source.askedByIn', by)
  return t.rich(hasAsked ? 'handoff.source.yesBy' : 'handoff.source.askedBy', by)
}

function Asking({ person, number, application, action, fields, say }: View<'asking'>) {
  const { t } = say
  return (
    <SinglePanel title={t('handoff.asking.title')}>
      <Person person={person} say={say} />
      <p className="text-soft">
        {application ? t.rich('handoff.asking.lookTo', { application, name }) : t('handoff.asking.look')}
      </p>
      <BigNumber number={number} message="handoff.asking.number" say={say} />
      <WaitingForm action={action} fields={fields} say={say} />
    </SinglePanel>
  )
}

function Far({ say: { t } }: { say: Say }) {
  return (
    <SinglePanel title={t('handoff.far.title')}>
      <CleanAddress />
      <p className="text-soft">{t('handoff.far.text')}</p>
      <LinkButton href="/sign-in">{t('handoff.far.signIn')}</LinkButton>
    </SinglePanel>
  )
}

function Over({ say: { t } }: { say: Say }) {
  return (
    <SinglePanel title={t('handoff.over.title')}>
      <p className="text-soft">{t('handoff.over.text')}</p>
      <LinkButton href="/" look="quiet">
        {t('handoff.over.home')}
      </LinkButton>
    </SinglePanel>
  )
}
