import type { Metadata } from 'next'
import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'
import { Reference } from '#components/reference.tsx'
import { signInProblem } from '#components/sign-in-problem.ts'
import { ownPath } from '#lib/http/own-path.ts'

export const metadata: Metadata = { title: 'Sign-in problem' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SignInError({ searchParams }: Props) {
  const { error, reference, callbackUrl } = await searchParams
  const { title, text, isFinal } = signInProblem(error)
  return (
    <SinglePanel title={title}>
      <p className="text-soft">{text}</p>
      <Reference id={reference} />
      <LinkButton href={startOver(callbackUrl)} look={isFinal ? 'quiet' : 'primary'}>
        Try again
      </LinkButton>
      <LinkButton href="/" look="quiet">
        Home
      </LinkButton>
    </SinglePanel>
  )
}

function startOver(callbackUrl: unknown): string {
  const path = typeof callbackUrl === 'string' ? ownPath(callbackUrl) : undefined
  return path === undefined ? '/sign-in' : `/sign-in?${new URLSearchParams({ callbackUrl: path })}`
}
