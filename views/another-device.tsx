import type { ReactNode } from 'react'
import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { QrCode } from '#components/qr-code.tsx'
import type { Say } from '#lib/languages/say.ts'
import type { AnotherDeviceView } from '#lib/pages/device-view.ts'
import { BigNumber } from './big-number.tsx'
import { CodeLine, code } from './code.tsx'
import { Fields } from './fields.tsx'

const path = '/sign-in/another-device'

/** What the title of the page says, for whom it is read out: the page loads anew with each step. */
export function anotherDeviceTitle({ state, number }: AnotherDeviceView, { t }: Say): string {
  switch (state) {
    case 'waiting':
      return t('anotherDevice.title')
    case 'opened':
      return t('anotherDevice.numberTitle', { number: number ?? '' })
    case 'denied':
      return t('anotherDevice.deniedTitle')
    case 'expired':
      return t('anotherDevice.expiredTitle')
  }
}

/** A browser that asks to be signed in by another device: its code, and how far that has come. */
export function AnotherDevice({ say, ...view }: AnotherDeviceView & { say: Say }) {
  switch (view.state) {
    case 'waiting':
    case 'opened':
      return <Asking {...view} say={say} />
    case 'denied':
      return <Again view={view} text={say.t('anotherDevice.deniedText')} say={say} />
    case 'expired':
      return <Again view={view} text={say.t('anotherDevice.expiredText')} say={say} renews />
  }
}

const pageName = (text: ReactNode) => (
  <bdi key="page" dir="ltr" className="font-medium text-ink">
    {text}
  </bdi>
)

function Asking({ say, ...view }: AnotherDeviceView & { say: Say }) {
  const { t } = say
  const { state, page, complete, userCode, number, goOn } = view
  return (
    <SinglePanel title={t('anotherDevice.title')}>
      <div
        data-device={state}
        data-events={`${path}/events`}
        data-state={`${path}/state`}
        className="contents"
      >
        {number === null ? (
          <>
            <p className="text-soft">{t('anotherDevice.scan')}</p>
            <QrCode text={complete} label={t('anotherDevice.qr')} />
            <p className="text-soft">
              {t.rich('anotherDevice.orEnter', { address: withoutScheme(page), page: pageName })}
            </p>
            <CodeLine>{userCode}</CodeLine>
          </>
        ) : (
          <>
            <p className="text-soft">{t('anotherDevice.opened')}</p>
            <BigNumber number={number} message="anotherDevice.number" say={say} />
            <p className="text-soft">{t.rich('anotherDevice.notYou', { userCode, code })}</p>
          </>
        )}
        <p role="status" data-failed={t('anotherDevice.failed')} className="text-soft data-bad:text-bad">
          {t('anotherDevice.waiting')}
        </p>
      </div>
      <noscript>
        <LinkButton href={path} className="w-full">
          {t('anotherDevice.goOn')}
        </LinkButton>
      </noscript>
      <form method="post" action={path}>
        <Fields fields={{ callbackUrl: goOn, answer: 'cancel' }} />
        <Button type="submit" look="quiet" className="w-full">
          {t('anotherDevice.cancel')}
        </Button>
      </form>
    </SinglePanel>
  )
}

function withoutScheme(page: string): string {
  return page.replace(/^https?:\/\//, '')
}

type AgainProps = { view: AnotherDeviceView; text: string; say: Say; renews?: boolean }

function Again({ view, text, say, renews = false }: AgainProps) {
  const { goOn } = view
  return (
    <SinglePanel title={anotherDeviceTitle(view, say)}>
      <p role="status" className="text-soft">
        {text}
      </p>
      <form method="post" action={path} data-device-renews={renews || undefined}>
        <Fields fields={{ callbackUrl: goOn }} />
        <Button type="submit" className="w-full">
          {say.t('anotherDevice.newCode')}
        </Button>
      </form>
      <LinkButton href={`/sign-in?${new URLSearchParams({ callbackUrl: goOn })}`} look="quiet">
        {say.t('anotherDevice.signInHere')}
      </LinkButton>
    </SinglePanel>
  )
}
