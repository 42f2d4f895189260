import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import type { Say } from '#lib/languages/say.ts'
import type { SignOutView } from '#lib/oidc/shown-page.ts'
import { Fields } from './fields.tsx'
import { name } from './name.tsx'

/** Asks whether to sign out, for an application. The form is the OpenID Provider's. */
export function OidcSignOut({ action, xsrf, person, application, say }: SignOutView & { say: Say }) {
  const { t } = say
  return (
    <SinglePanel title={t('oidcSignOut.title')}>
      {application && <p className="text-soft">{t.rich('oidcSignOut.asked', { application, name })}</p>}
      {person && (
        <>
          <p className="text-soft">{t('oidcSignOut.standing')}</p>
          <Person person={person} say={say} />
        </>
      )}
      <p className="text-soft">{t('oidcSignOut.ends')}</p>
      <form method="post" action={action}>
        <Fields fields={{ xsrf }} />
        <Button type="submit" name="logout" value="yes" className="settle w-full">
          {t('oidcSignOut.signOut')}
        </Button>
      </form>
      <LinkButton href="/" look="quiet">
        {t('oidcSignOut.stay')}
      </LinkButton>
    </SinglePanel>
  )
}
