import { Button, LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { QrCode } from '#components/qr-code.tsx'
import type { AnotherDeviceView } from '#lib/pages/device-view.ts'
import { Fields } from './fields.tsx'

const path = '/sign-in/another-device'
const refused = 'The other device said no, or another number was chosen there.'

const titles = { waiting: 'Sign in with another device', denied: 'Not signed in', expired: 'Code expired' }

/** What the title of the page says, for whom it is read out: the page loads anew with each step. */
export function anotherDeviceTitle({ state, number }: AnotherDeviceView): string {
  return state === 'opened' ? `The number is ${number}` : titles[state]
}

/** A browser that asks to be signed in by another device: its code, and how far that has come. */
export function AnotherDevice(view: AnotherDeviceView) {
  switch (view.state) {
    case 'waiting':
    case 'opened':
      return <Asking {...view} />
    case 'denied':
      return <Again title="Not signed in" text={refused} goOn={view.goOn} />
    case 'expired':
      return (
        <Again
          title="This code has expired"
          text="A code is good for five minutes."
          goOn={view.goOn}
          renews
        />
      )
  }
}

function Asking({ state, page, complete, userCode, number, goOn }: AnotherDeviceView) {
  return (
    <SinglePanel title="Sign in with another device">
      <div
        data-device={state}
        data-events={`${path}/events`}
        data-state={`${path}/state`}
        className="contents"
      >
        {number === null ? (
          <>
            <p className="text-soft">Where you are signed in already, scan this code with the camera,</p>
            <QrCode text={complete} label="QR code of the page that signs this browser in" />
            <p className="text-soft">
              or open <span className="break-words font-medium text-ink">{withoutScheme(page)}</span> there
              and enter
            </p>
            <p className="text-center font-mono font-semibold text-2xl tracking-widest">{userCode}</p>
          </>
        ) : (
          <>
            <p className="text-soft">Somebody has opened the code. If that was you, tell your other device</p>
            <p className="text-center font-semibold text-5xl tabular-nums tracking-widest">
              <span className="sr-only">The number is </span>
              {number}
            </p>
            <p className="text-soft">
              If it was not you, cancel. The code is <span className="font-mono">{userCode}</span>.
            </p>
          </>
        )}
        <p
          role="status"
          data-failed="There was no answer. Trying again …"
          className="text-soft data-bad:text-bad"
        >
          This page goes on by itself.
        </p>
      </div>
      <noscript>
        <LinkButton href={path} className="w-full">
          Go on
        </LinkButton>
      </noscript>
      <form method="post" action={path}>
        <Fields fields={{ callbackUrl: goOn, answer: 'cancel' }} />
        <Button type="submit" look="quiet" className="w-full">
          Cancel
        </Button>
      </form>
    </SinglePanel>
  )
}

function withoutScheme(page: string): string {
  return page.replace(/^https?:\/\//, '')
}

type AgainProps = { title: string; text: string; goOn: string; renews?: boolean }

function Again({ title, text, goOn, renews = false }: AgainProps) {
  return (
    <SinglePanel title={title}>
      <p role="status" className="text-soft">
        {text}
      </p>
      <form method="post" action={path} data-device-renews={renews || undefined}>
        <Fields fields={{ callbackUrl: goOn }} />
        <Button type="submit" className="w-full">
          Show a new code
        </Button>
      </form>
      <LinkButton href={`/sign-in?${new URLSearchParams({ callbackUrl: goOn })}`} look="quiet">
        Sign in here
      </LinkButton>
    </SinglePanel>
  )
}
