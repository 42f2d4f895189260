import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Reference } from '#components/reference.tsx'
import type { SignInProblemView } from '#lib/pages/page.ts'
import { signInProblem } from './sign-in-problem-words.ts'

/** Why a sign-in at a provider did not work, and what to do. */
export function SignInProblem({ error, reference, startOver }: SignInProblemView) {
  const { title, text, isFinal } = signInProblem(error)
  return (
    <SinglePanel title={title}>
      <p className="text-soft">{text}</p>
      <Reference id={reference} />
      <LinkButton href={startOver} look={isFinal ? 'quiet' : 'primary'}>
        Try again
      </LinkButton>
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
    </SinglePanel>
  )
}
