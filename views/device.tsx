import type { ReactNode } from 'react'
import { Button, LinkButton } from '#components/button.tsx'
import { capitalized, deviceName, placeWords } from '#components/device-words.ts'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { timeAgo } from '#components/time-ago.ts'
import type { Say } from '#lib/languages/say.ts'
import type { DeviceView } from '#lib/pages/device-view.ts'
import { AskedScopes } from './asked-scopes.tsx'
import { CodeLine, code } from './code.tsx'
import { Fields } from './fields.tsx'
import { name } from './name.tsx'

const field = 'min-h-11 rounded-xl border border-line bg-ground px-3 text-center tracking-widest'

type View<State> = Extract<DeviceView, { state: State }> & { say: Say }
type Asking = Extract<DeviceView, { state: 'asking' }>

/** What the title of the page says, for whom it is read out. */
export function deviceTitle(view: DeviceView, { t }: Say): string {
  switch (view.state) {
    case 'enter':
      return t(`deviceSignIn.enter.${view.wrong === undefined ? 'title' : 'wrongTitle'}`)
    case 'asking':
      return t('deviceSignIn.asking.title')
    case 'approved':
      return t('deviceSignIn.approved.title')
    case 'denied':
      return t('deviceSignIn.denied.title')
    case 'wrong-number':
      return t('deviceSignIn.wrongNumber.title')
  }
}

/** Signs another device in: takes its code, shows what asks, and takes the answer. */
export function Device({ view, say }: { view: DeviceView; say: Say }) {
  switch (view.state) {
    case 'enter':
      return <Enter {...view} say={say} />
    case 'asking':
      return view.kind === 'browser' ? (
        <AskingBrowser {...view} say={say} />
      ) : (
        <AskingDevice {...view} say={say} />
      )
    case 'approved':
      return (
        <Done title={say.t('deviceSignIn.approved.title')} say={say}>
          {say.t('deviceSignIn.approved.text')}
        </Done>
      )
    case 'denied':
      return (
        <Done title={say.t('deviceSignIn.denied.title')} say={say}>
          {say.t('deviceSignIn.denied.text')}
        </Done>
      )
    case 'wrong-number':
      return (
        <Done title={say.t('deviceSignIn.wrongNumber.heading')} say={say}>
          {say.t('deviceSignIn.wrongNumber.text')}
        </Done>
      )
  }
}

function Enter({ person, wrong, say }: View<'enter'>) {
  const { t } = say
  return (
    <SinglePanel title={t('deviceSignIn.enter.title')}>
      <Person person={person} say={say} />
      <form method="get" action="/device" className="flex flex-col gap-4">
        <label className="flex flex-col gap-1.5">
          <span className="font-medium">{t('deviceSignIn.enter.code')}</span>
          <input
            name="user_code"
            dir="ltr"
            required
            defaultValue={wrong}
            placeholder="BCDF-GHJK"
            aria-invalid={wrong !== undefined || undefined}
            aria-describedby={wrong === undefined ? undefined : 'wrong'}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            className={`${field} font-mono text-2xl`}
          />
        </label>
        {wrong !== undefined && (
          <p id="wrong" role="alert" className="text-bad">
            {t('deviceSignIn.enter.wrong')}
          </p>
        )}
        <Button type="submit" className="w-full">
          {t('deviceSignIn.enter.goOn')}
        </Button>
      </form>
      <p className="text-soft text-sm">{t('deviceSignIn.enter.care')}</p>
    </SinglePanel>
  )
}

function AskingBrowser({ say, ...view }: View<'asking'>) {
  const { t } = say
  const { person, network, numbers, userCode, csrfToken } = view
  const device = capitalized(deviceName(view, say), say)
  return (
    <SinglePanel title={t('deviceSignIn.asking.browserHeading')}>
      <p className="text-soft">
        {t.rich('deviceSignIn.asking.browserAsked', { ...whereOf(view, say), what: device })}
      </p>
      <p className="text-soft">{t.rich('deviceSignIn.asking.itsCode', { userCode, code })}</p>
      <Person person={person} say={say} />
      <Caution network={network} say={say} />
      <form method="post" action="/device" className="flex flex-col gap-4">
        <Fields fields={{ user_code: userCode, csrf_token: csrfToken }} />
        <input type="hidden" name="approve" value="yes" />
        {numbers ? <Choose numbers={numbers} say={say} /> : <Type say={say} />}
      </form>
      <No userCode={userCode} csrfToken={csrfToken} say={say} />
    </SinglePanel>
  )
}

function Choose({ numbers, say }: { numbers: string[]; say: Say }) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-2 font-medium">{say.t('deviceSignIn.asking.choose')}</legend>
      <div className="flex gap-3">
        {numbers.map((number) => (
          <Button
            key={number}
            type="submit"
            name="number"
            value={number}
            look="quiet"
            className="settle flex-1 whitespace-nowrap text-2xl tabular-nums"
          >
            {number}
          </Button>
        ))}
      </div>
    </fieldset>
  )
}

function Type({ say: { t } }: { say: Say }) {
  return (
    <>
      <label className="flex flex-col gap-1.5">
        <span className="font-medium">{t('deviceSignIn.asking.type')}</span>
        <input
          name="number"
          dir="ltr"
          required
          inputMode="numeric"
          pattern="\p{Nd}{2}"
          maxLength={2}
          title={t('deviceSignIn.asking.twoDigits')}
          autoComplete="off"
          className={`${field} text-2xl tabular-nums`}
        />
      </label>
      <Button type="submit" look="quiet" className="settle w-full">
        {t('deviceSignIn.asking.yes')}
      </Button>
    </>
  )
}

function AskingDevice({ say, ...view }: View<'asking'>) {
  const { t } = say
  const { person, application = '', scopes, system, network, userCode, csrfToken } = view
  const asked = { application, known: system === null ? 'no' : 'yes', system: system ?? '' }
  return (
    <SinglePanel title={t.rich('deviceSignIn.asking.deviceHeading', { application, name })}>
      <p className="text-soft">
        {t.rich('deviceSignIn.asking.deviceAsked', { ...whereOf(view, say), ...asked })}
      </p>
      {scopes.length > 0 && (
        <>
          <p className="text-soft">{t.rich('deviceSignIn.asking.asksToKnow', { application, name })}</p>
          <AskedScopes scopes={scopes} say={say} />
        </>
      )}
      <p className="text-soft">{t('deviceSignIn.asking.signedInAs')}</p>
      <Person person={person} say={say} />
      <p className="text-soft">{t('deviceSignIn.asking.compare')}</p>
      <CodeLine>{userCode}</CodeLine>
      <Caution network={network} say={say} />
      <form method="post" action="/device">
        <Fields fields={{ user_code: userCode, csrf_token: csrfToken }} />
        <Button type="submit" name="approve" value="yes" look="quiet" className="settle w-full">
          {t('deviceSignIn.asking.yes')}
        </Button>
      </form>
      <No userCode={userCode} csrfToken={csrfToken} say={say} />
    </SinglePanel>
  )
}

const deviceMark = (text: ReactNode) => (
  <bdi key="device" className="font-medium text-ink">
    {text}
  </bdi>
)

// When and where it was asked, for a message.
function whereOf({ address, network, secondsAgo }: Asking, say: Say) {
  return { ago: timeAgo(secondsAgo, say), place: placeWords({ address, network }, say), device: deviceMark }
}

function Caution({ network, say: { t } }: Pick<View<'asking'>, 'network' | 'say'>) {
  if (network === 'other')
    return (
      <p role="note" className="rounded-xl border border-bad/40 bg-bad/10 px-4 py-3 text-bad">
        {t('deviceSignIn.asking.far')}
      </p>
    )
  return <p className="text-soft">{t('deviceSignIn.asking.care')}</p>
}

function No({ userCode, csrfToken, say }: Pick<View<'asking'>, 'userCode' | 'csrfToken' | 'say'>) {
  return (
    <form method="post" action="/device">
      <Fields fields={{ user_code: userCode, csrf_token: csrfToken }} />
      <Button type="submit" name="approve" value="no" look="quiet" className="w-full">
        {say.t('deviceSignIn.asking.no')}
      </Button>
    </form>
  )
}

function Done({ title, children, say }: { title: string; children: string; say: Say }) {
  return (
    <SinglePanel title={title}>
      <p role="status" className="text-soft">
        {children}
      </p>
      <LinkButton href="/sessions" look="quiet">
        {say.t('deviceSignIn.sessions')}
      </LinkButton>
    </SinglePanel>
  )
}
