import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Reference } from '#components/reference.tsx'
import type { Problem as View } from '#lib/http/problem.ts'
import type { Say } from '#lib/languages/say.ts'
import { CleanAddress } from './clean-address.tsx'
import { problemKind } from './problem-kind.ts'
import { TryAgain } from './try-again.tsx'

/** What the title says. */
export function problemTitle(view: View, { t }: Say): string {
  return t(`problem.${problemKind(view).name}.title`)
}

/** Tells a person what went wrong, as an endpoint found it. What the error itself says stays English. */
export function Problem({ say, ...view }: View & { say: Say }) {
  const { t } = say
  const { status, description, retryAfter, again, requestId } = view
  const { name, mayRepeat } = problemKind(view)
  return (
    <SinglePanel title={problemTitle(view, say)}>
      {/* The nonce goes on in the link alone. */}
      {secretIn(again) && <CleanAddress path={pathOf(again)} />}
      <p className="text-soft">{t(`problem.${name}.text`)}</p>
      {(status < 500 || status === 503) && (
        <p lang="en" dir="ltr" className="text-soft text-sm first-letter:uppercase">
          {description}.
        </p>
      )}
      <Reference id={requestId} say={say} />
      {mayRepeat && <LinkButton href={again}>{t('common.tryAgain')}</LinkButton>}
      {mayRepeat && retryAfter !== undefined && <TryAgain at={again} seconds={retryAfter} say={say} />}
      <LinkButton href="/" look="quiet">
        {t('common.goHome')}
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
