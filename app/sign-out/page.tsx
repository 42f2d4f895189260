import type { Metadata } from 'next'
import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { isSignOutState } from '#lib/callers/sign-out-cookie.ts'
import type { Visit } from '#lib/callers/visit.ts'
import { providerOf } from '#lib/config/provider-of.ts'
import type { Say } from '#lib/languages/say.ts'
import { runtime } from '#lib/runtime.ts'
import type { PageSession } from '#lib/sessions/page-session.ts'
import { offersUpstreamLogout } from '#lib/sessions/upstream-logout.ts'
import { currentLanguage } from '../current-language.ts'
import { currentVisit, requestCookie } from '../current-session.ts'
import { isolated } from '../isolated.tsx'
import { SignOutForm } from './sign-out-form.tsx'

type Asked = Record<string, string | string[] | undefined>
type Props = { searchParams: Promise<Asked> }

export async function generateMetadata(): Promise<Metadata> {
  const [{ session }, { t }] = [await currentVisit(), await currentLanguage()]
  return { title: t(session ? 'signOut.title' : 'signOut.done.title') }
}

export default async function SignOut({ searchParams }: Props) {
  const { session, live } = await currentVisit()
  const say = await currentLanguage()
  if (session) return <Choice session={session} live={live} say={say} />
  return <SignedOut asked={await searchParams} say={say} />
}

async function SignedOut({ asked: { state, provider }, say: { t } }: { asked: Asked; say: Say }) {
  const isBack = isSignOutState(state, await requestCookie(), runtime().config)
  const unreached = provider === 'unreachable' ? 'providerUnreachable' : 'here'
  return (
    <SinglePanel title={t('signOut.done.title')}>
      <p className="text-soft">{t(`signOut.done.${isBack ? 'withProvider' : unreached}`)}</p>
      <LinkButton href="/sign-in">{t('signOut.done.signIn')}</LinkButton>
    </SinglePanel>
  )
}

async function Choice({ session, live, say }: { session: PageSession; live: Visit['live']; say: Say }) {
  const shared = runtime()
  const { t } = say
  const provider = providerOf(session.provider, shared.config)
  const goesOn = live && provider && (await offersUpstreamLogout(live, shared))
  return (
    <SinglePanel title={t('signOut.title')}>
      <Person person={session.user} say={say} />
      <p className="text-soft">{t('signOut.here')}</p>
      <SignOutForm look="primary" say={say} />
      {goesOn && (
        <>
          <p className="text-soft">
            {t.rich('signOut.provider', { provider: provider.name, name: isolated })}
          </p>
          <form method="post" action="/sign-out/provider">
            <Button type="submit" look="quiet" className="w-full">
              <span>{t.rich('signOut.withProvider', { provider: provider.name, name: isolated })}</span>
            </Button>
          </form>
        </>
      )}
      {live && live.kind !== 'handoff' && (
        <>
          <p className="text-soft">{t('signOut.lostDevice')}</p>
          <form method="post" action="/sign-out">
            <input type="hidden" name="everywhere" value="1" />
            <Button type="submit" look="quiet" className="w-full">
              {t('signOut.everywhere')}
            </Button>
          </form>
        </>
      )}
      <LinkButton href="/" look="quiet">
        {t('signOut.stay')}
      </LinkButton>
    </SinglePanel>
  )
}
