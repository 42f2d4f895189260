import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Reference } from '#components/reference.tsx'
import type { Problem as View } from '#lib/http/problem.ts'
import { CleanAddress } from './clean-address.tsx'
import { problemWords } from './problem-words.ts'
import { TryAgain } from './try-again.tsx'

/** Tells a person what went wrong, as an endpoint found it. */
export function Problem({ code, status, description, retryAfter, again, requestId }: View) {
  const { title, text, mayRepeat } = problemWords({ code, status })
  return (
    <SinglePanel title={title}>
      {/* The nonce goes on in the link alone. */}
      {secretIn(again) && <CleanAddress path={pathOf(again)} />}
      <p className="text-soft">{text}</p>
      {(status < 500 || status === 503) && (
        <p className="text-soft text-sm first-letter:uppercase">{description}.</p>
      )}
      <Reference id={requestId} />
      {mayRepeat && <LinkButton href={again}>Try again</LinkButton>}
      {mayRepeat && retryAfter !== undefined && <TryAgain at={again} seconds={retryAfter} />}
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
    </SinglePanel>
  )
}

function secretIn(address: string): boolean {
  return /[?&](nonce|login_hint_token)=/.test(address)
}

function pathOf(address: string): string {
  return address.replace(/\?.*/s, '')
}
