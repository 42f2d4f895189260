import type { Metadata } from 'next'
import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { signInProblem } from '#components/sign-in-problem.ts'

export const metadata: Metadata = { title: 'Sign-in problem' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignInError({ searchParams }: Props) {
  const { error } = await searchParams
  return (
    <SinglePanel title="That did not work">
      <p className="text-soft">{signInProblem(typeof error === 'string' ? error : '')}</p>
      <LinkButton href="/sign-in">Try again</LinkButton>
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
    </SinglePanel>
  )
}
