import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import type { Say } from '#lib/languages/say.ts'
import type { OidcPage } from '#lib/oidc/shown-page.ts'

type View = Extract<OidcPage, { name: 'oidc-error' }>['view']

/** An error that cannot be sent back to the application. What it says itself stays English. */
export function OidcError({ error, description, say: { t } }: View & { say: Say }) {
  return (
    <SinglePanel title={t('oidcError.title')}>
      <p className="text-soft">{t('oidcError.text')}</p>
      <p className="text-soft text-sm">{t('oidcError.details')}</p>
      <p lang="en" dir="ltr" className="text-soft text-sm">
        <code className="text-ink">{error}</code> {description}
      </p>
      <LinkButton href="/" look="quiet">
        {t('common.goHome')}
      </LinkButton>
    </SinglePanel>
  )
}
