import { Button, LinkButton } from '#components/button.tsx'
import { capitalized, deviceName, placeWords } from '#components/device-words.ts'
import { SinglePanel } from '#components/panel.tsx'
import { Person } from '#components/person.tsx'
import { scopeWords } from '#components/scope-words.ts'
import type { DeviceView } from '#lib/pages/device-view.ts'
import { Fields } from './fields.tsx'
import { timeAgo } from './time-ago.ts'

const field = 'min-h-11 rounded-xl border border-line bg-ground px-3 text-center tracking-widest'

type View<State> = Extract<DeviceView, { state: State }>

/** What the title of the page says, for whom it is read out. */
export const deviceTitles: Record<DeviceView['state'], string> = {
  enter: 'Sign in another device',
  asking: 'Sign it in?',
  approved: 'Done',
  denied: 'Not signed in',
  'wrong-number': 'Another number',
}

/** Signs another device in: takes its code, shows what asks, and takes the answer. */
export function Device({ view }: { view: DeviceView }) {
  switch (view.state) {
    case 'enter':
      return <Enter {...view} />
    case 'asking':
      return view.kind === 'browser' ? <AskingBrowser {...view} /> : <AskingDevice {...view} />
    case 'approved':
      return <Done title="Done" text="Go back to your other device. It goes on by itself." />
    case 'denied':
      return <Done title="Not signed in" text="You said no, so the other device was not signed in." />
    case 'wrong-number':
      return (
        <Done
          title="That is another number"
          text="The browser shows another one, so it was not signed in. If it is yours, ask for a new code."
        />
      )
  }
}

function Enter({ person, wrong }: View<'enter'>) {
  return (
    <SinglePanel title="Sign in another device">
      <Person person={person} />
      <form method="get" action="/device" className="flex flex-col gap-4">
        <label className="flex flex-col gap-1.5">
          <span className="font-medium">Code that the other device shows</span>
          <input
            name="user_code"
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
            No device shows this code now. Codes are good for five minutes; compare the letters, or ask the
            device for a new one.
          </p>
        )}
        <Button type="submit" className="w-full">
          Go on
        </Button>
      </form>
      <p className="text-soft text-sm">
        Only use a code of a device that is in front of you. Nobody needs one from you by phone or message.
      </p>
    </SinglePanel>
  )
}

function AskingBrowser({ person, network, numbers, userCode, csrfToken, ...place }: View<'asking'>) {
  return (
    <SinglePanel title="Sign this browser in?">
      <Where {...place} network={network} what={capitalized(deviceName(place))} />
      <p className="text-soft">
        Its code is <span className="font-mono text-ink">{userCode}</span>. If you say yes, it is signed in as
      </p>
      <Person person={person} />
      <Caution network={network} />
      <form method="post" action="/device" className="flex flex-col gap-4">
        <Fields fields={{ user_code: userCode, csrf_token: csrfToken }} />
        <input type="hidden" name="approve" value="yes" />
        {numbers ? <Choose numbers={numbers} /> : <Type />}
      </form>
      <No userCode={userCode} csrfToken={csrfToken} />
    </SinglePanel>
  )
}

function Choose({ numbers }: { numbers: string[] }) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="font-medium">Choose the number that it shows</legend>
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

function Type() {
  return (
    <>
      <label className="flex flex-col gap-1.5">
        <span className="font-medium">Type the number that it shows</span>
        <input
          name="number"
          required
          inputMode="numeric"
          pattern="[0-9]{2}"
          maxLength={2}
          title="two digits"
          autoComplete="off"
          className={`${field} text-2xl tabular-nums`}
        />
      </label>
      <Button type="submit" look="quiet" className="settle w-full">
        Yes, sign it in
      </Button>
    </>
  )
}

function AskingDevice({
  person,
  application,
  scopes,
  network,
  userCode,
  csrfToken,
  ...place
}: View<'asking'>) {
  return (
    <SinglePanel title={`Sign in to ${application}?`}>
      <Where
        {...place}
        network={network}
        what={`${application}, on ${place.system ?? 'an unknown system'},`}
      />
      {scopes.length > 0 && (
        <p className="text-soft">
          <bdi>{application}</bdi> asks to know who you are here{scopeWords(scopes)}.
        </p>
      )}
      <p className="text-soft">If you say yes, it is signed in as</p>
      <Person person={person} />
      <p className="text-soft">Does the device in front of you show this code?</p>
      <p className="text-center font-mono font-semibold text-2xl tracking-widest">{userCode}</p>
      <Caution network={network} />
      <form method="post" action="/device">
        <Fields fields={{ user_code: userCode, csrf_token: csrfToken }} />
        <Button type="submit" name="approve" value="yes" look="quiet" className="settle w-full">
          Yes, sign it in
        </Button>
      </form>
      <No userCode={userCode} csrfToken={csrfToken} />
    </SinglePanel>
  )
}

type WhereProps = Pick<View<'asking'>, 'address' | 'network' | 'secondsAgo'> & { what: string }

function Where({ what, address, network, secondsAgo }: WhereProps) {
  return (
    <p className="text-soft">
      <bdi className="font-medium text-ink">{what}</bdi> asked {timeAgo(secondsAgo)}, at{' '}
      {placeWords({ address, network })}.
    </p>
  )
}

function Caution({ network }: Pick<View<'asking'>, 'network'>) {
  if (network === 'other')
    return (
      <p role="note" className="rounded-xl border border-bad/40 bg-bad/10 px-4 py-3 text-bad">
        It is in another network than this device. If somebody sent you this code or a link to it, say no:
        they would be signed in as you.
      </p>
    )
  return (
    <p className="text-soft">
      Say yes only if it is in front of you and you have just asked for this. If somebody sent you this code
      or a link to it, say no: they would be signed in as you.
    </p>
  )
}

function No({ userCode, csrfToken }: Pick<View<'asking'>, 'userCode' | 'csrfToken'>) {
  return (
    <form method="post" action="/device">
      <Fields fields={{ user_code: userCode, csrf_token: csrfToken }} />
      <Button type="submit" name="approve" value="no" look="quiet" className="w-full">
        No
      </Button>
    </form>
  )
}

function Done({ title, text }: { title: string; text: string }) {
  return (
    <SinglePanel title={title}>
      <p role="status" className="text-soft">
        {text}
      </p>
      <LinkButton href="/sessions" look="quiet">
        Your sessions
      </LinkButton>
    </SinglePanel>
  )
}
