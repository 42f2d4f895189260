import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Reference } from '#components/reference.tsx'
import type { Say } from '#lib/languages/say.ts'
import type { SignInProblemView } from '#lib/pages/page.ts'
import { name } from './name.tsx'
import { signInProblem } from './sign-in-problem-words.ts'

/** What the title says. */
export function signInProblemTitle({ error }: SignInProblemView, say: Say): string {
  return signInProblem(error, say).title
}

/** Why a sign-in at a provider did not work, and what to do. */
export function SignInProblem({
  error,
  provider,
  reference,
  startOver,
  say,
}: SignInProblemView & { say: Say }) {
  const { title, text, isFinal } = signInProblem(error, say)
  return (
    <SinglePanel title={title}>
      <p className="text-soft">{text}</p>
      {provider !== undefined && (
        <p className="text-soft">{say.t.rich('signInProblem.at', { provider, name })}</p>
      )}
      <Reference id={reference} say={say} />
      <LinkButton href={startOver} look={isFinal ? 'quiet' : 'primary'}>
        {say.t('common.tryAgain')}
      </LinkButton>
      <LinkButton href="/" look="quiet">
        {say.t('common.goHome')}
      </LinkButton>
    </SinglePanel>
  )
}
