import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import type { Say } from '#lib/languages/say.ts'
import type { LeavingView } from '#lib/pages/page.ts'
import { host } from './host.tsx'

/** Says where the browser goes on to by itself, and leads there where it does not. */
export function Leaving({ host: address, address: href, say: { t } }: LeavingView & { say: Say }) {
  return (
    <SinglePanel title={t('leaving.title')}>
      <p className="text-soft">{t.rich('leaving.text', { address, host })}</p>
      {href !== undefined && (
        <LinkButton href={href} rel="noreferrer" look="quiet">
          {t('leaving.goOn')}
        </LinkButton>
      )}
    </SinglePanel>
  )
}
