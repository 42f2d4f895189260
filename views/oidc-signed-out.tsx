import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import type { Say } from '#lib/languages/say.ts'
import type { OidcPage } from '#lib/oidc/shown-page.ts'

type View = Extract<OidcPage, { name: 'oidc-signed-out' }>['view']

/** What the title says. */
export function oidcSignedOutTitle({ standing }: View, { t }: Say): string {
  return t(standing ? 'oidcSignOut.still.title' : 'oidcSignOut.done.title')
}

/** Confirms a sign-out, or says who is still signed in here. */
export function OidcSignedOut({ standing, say }: View & { say: Say }) {
  const { t } = say
  if (!standing)
    return (
      <SinglePanel title={oidcSignedOutTitle({ standing }, say)}>
        <p className="text-soft">{t('oidcSignOut.done.text')}</p>
        <LinkButton href="/" look="quiet">
          {t('common.goHome')}
        </LinkButton>
      </SinglePanel>
    )
  return (
    <SinglePanel title={oidcSignedOutTitle({ standing }, say)}>
      <p className="text-soft">{t('oidcSignOut.still.text')}</p>
      <Person person={standing} say={say} />
      <form method="post" action="/sign-out">
        <Button type="submit" className="settle w-full">
          {t('oidcSignOut.still.signOut')}
        </Button>
      </form>
      <LinkButton href="/" look="quiet">
        {t('oidcSignOut.stay')}
      </LinkButton>
    </SinglePanel>
  )
}
