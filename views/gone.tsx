import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import type { HandoffView } from '#lib/handoff/handoff-view.ts'
import type { Say } from '#lib/languages/say.ts'
import type { Page } from '#lib/pages/page.ts'
import { CleanAddress } from './clean-address.tsx'
import { naming } from './name.tsx'

type View = Extract<HandoffView, { state: 'gone' }>
type Props = View & Pick<Extract<Page, { name: 'handoff' }>, 'visitor'> & { say: Say }

/** What became of a dead link, as far as the browser may know. */
export function goneTitle({ as }: View, { t }: Say): string {
  switch (as) {
    case 'used':
      return t('handoff.gone.usedTitle')
    case 'expired':
      return t('handoff.gone.expiredTitle')
    case 'cancelled':
      return t('handoff.gone.cancelledTitle')
    case 'denied':
      return t('handoff.gone.deniedTitle')
    default:
      return t('handoff.gone.title')
  }
}

function goneText({ as }: View, { t }: Say): string {
  switch (as) {
    case 'used':
      return t('handoff.gone.usedText')
    case 'expired':
      return t('handoff.gone.expiredText')
    case 'cancelled':
      return t('handoff.gone.cancelledText')
    case 'denied':
      return t('handoff.gone.deniedText')
    default:
      return t('handoff.gone.text')
  }
}

/** A link that signs nobody in any more, and the ways on from here. */
export function Gone({ visitor, say, ...view }: Props) {
  const { t } = say
  return (
    <SinglePanel title={goneTitle(view, say)}>
      <CleanAddress />
      <p className="text-soft">{goneText(view, say)}</p>
      {visitor && (
        <LinkButton href="/">
          <span>{t.rich('handoff.gone.goOn', naming(visitor))}</span>
        </LinkButton>
      )}
      <LinkButton href="/sign-in" look={visitor ? 'quiet' : 'primary'}>
        {t('handoff.gone.signIn')}
      </LinkButton>
    </SinglePanel>
  )
}
